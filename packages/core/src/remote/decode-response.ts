import {
  elementCount,
  ZooError,
  type Tensor,
  type TensorData,
  type Tensors,
  type TensorType,
} from '../contract/index.js';
import { inferResponse, toDtype, type InferResponse } from './oip.js';
import { parseExactJson } from './parse-exact-json.js';

type Output = InferResponse['outputs'][number];

const ARRAYS = { float32: Float32Array, uint8: Uint8Array, int64: BigInt64Array } as const;

/**
 * The outputs in the body of an infer response, JSON or binary; `jsonLength` is the header's word on where the JSON ends. Throws
 * INFERENCE_FAILED for what is not the protocol's, MODEL_MISMATCH for an element type that is not carried.
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
      tensors[output.name] = readElements(output);
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

function readBinary(output: Output, bytes: Uint8Array): Tensor {
  const dtype = dtypeOf(output);
  const data = Uint8Array.from(bytes).buffer; // a copy: elements must begin at a multiple of their size, and the body can go
  const expected = elementCount(output.shape) * ARRAYS[dtype].BYTES_PER_ELEMENT;
  if (bytes.byteLength !== expected) {
    throw broken(
      `"${output.name}" of shape [${output.shape.join(', ')}] takes ${expected} bytes, it has ${bytes.byteLength}`,
    );
  }
  return toTensor(dtype, output.shape, new ARRAYS[dtype](data));
}

/** Elements may be nested by dimension. */
function readElements(output: Output): Tensor {
  const dtype = dtypeOf(output);
  const elements: unknown[] = (output.data ?? []).flat(Infinity);
  const expected = elementCount(output.shape);
  if (elements.length !== expected) {
    throw broken(
      `"${output.name}" of shape [${output.shape.join(', ')}] has ${expected} elements, ${elements.length} came`,
    );
  }
  const numbers = elements.map((element) => toNumber(element, dtype, output.name));
  switch (dtype) {
    case 'int64':
      return toTensor(dtype, output.shape, BigInt64Array.from(numbers, BigInt));
    case 'uint8':
      return toTensor(dtype, output.shape, Uint8Array.from(numbers, Number));
    case 'float32':
      return toTensor(dtype, output.shape, Float32Array.from(numbers, Number));
  }
}

/** An int64 stays text where a double would round it; a float32 that is null is none: NaN. */
function toNumber(element: unknown, dtype: TensorType, name: string): number | string {
  if (element === null && dtype === 'float32') return NaN;
  const isWhole = typeof element === 'string' ? /^-?\d+$/.test(element) : Number.isInteger(element);
  const isInRange = dtype !== 'uint8' || (Number(element) >= 0 && Number(element) <= 255);
  const isFit = dtype === 'float32' ? isWhole || typeof element === 'number' : isWhole && isInRange;
  if (isFit) return element as number | string;
  throw broken(`"${name}" holds what is no ${dtype}`);
}

function toTensor(dtype: TensorType, shape: readonly number[], data: TensorData[TensorType]): Tensor {
  return { dtype, shape, data } as Tensor;
}

function dtypeOf({ name, datatype }: Output): TensorType {
  const dtype = toDtype(datatype);
  if (dtype) return dtype;
  throw new ZooError('MODEL_MISMATCH', `The output "${name}" is of ${datatype}; FP32, UINT8 and INT64 are carried.`);
}

function broken(why: string): ZooError {
  return new ZooError(
    'INFERENCE_FAILED',
    `The inference server's answer is not one of the Open Inference Protocol: ${why}. Look at the server and what stands before it.`,
  );
}
