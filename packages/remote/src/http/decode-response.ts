import type { Tensor, Tensors } from '@medzoo/core/contract';
import { broken, readBinary, readElements } from '../read-tensor.js';
import { inferResponse, type InferResponse } from './oip.js';
import { parseExactJson } from './parse-exact-json.js';

/**
 * The outputs in the body of an infer response, JSON or binary; `jsonLength` is the header's word on where the JSON
 * ends. Throws INFERENCE_FAILED for what is not the protocol's, MODEL_MISMATCH for an element type that is not carried.
 */
export function decodeResponse(body: Uint8Array, jsonLength: string | undefined): Tensors {
  const length = jsonLength === undefined ? body.byteLength : Number(jsonLength);
  if (!(Number.isInteger(length) && length >= 0 && length <= body.byteLength)) {
    throw broken(`its JSON should be ${jsonLength} bytes long, and all of it has ${body.byteLength}`);
  }
  const { outputs } = parseHeader(body.subarray(0, length));
  let offset = length;
  const tensors: Record<string, Tensor> = {};
  for (const output of outputs) {
    const size = output.parameters?.binary_data_size;
    if (size === undefined) {
      tensors[output.name] = readElements(output, output.data ?? []);
      continue;
    }
    if (offset + size > body.byteLength) {
      throw broken(`"${output.name}" should be ${size} bytes long, and ${body.byteLength - offset} are left`);
    }
    tensors[output.name] = readBinary(output, body.subarray(offset, offset + size));
    offset += size;
  }
  if (offset !== body.byteLength) throw broken(`${body.byteLength - offset} bytes are left over`);
  return tensors;
}

function parseHeader(bytes: Uint8Array): InferResponse {
  let json: unknown;
  try {
    json = parseExactJson(new TextDecoder().decode(bytes));
  } catch {
    throw broken('it is not JSON');
  }
  const { success, data, error } = inferResponse.safeParse(json);
  if (success) return data;
  throw broken(error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
}
