import type { Tensor, Tensors, TensorSpec } from '@medzoo/core/contract';
import { DATATYPES } from '../datatypes.js';

/** The length of the JSON that stands before the tensors in a binary body. */
export const JSON_LENGTH_HEADER = 'inference-header-content-length';

export interface EncodedRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/**
 * The body of an infer request. Binary: JSON, then each tensor's elements, little-endian, row-major, in the order of
 * the JSON.
 */
export function encodeRequest(
  feeds: Tensors,
  outputs: readonly TensorSpec[],
  encoding: 'binary' | 'json',
): EncodedRequest {
  const tensors = Object.entries(feeds);
  if (encoding === 'json') {
    const inputs = tensors.map(([name, tensor]) => describeInput(name, tensor, `"data":[${listElements(tensor)}]`));
    const json = `{"inputs":[${inputs.join()}],"outputs":${JSON.stringify(outputs.map(({ name }) => ({ name })))}}`;
    return { headers: { 'content-type': 'application/json' }, body: Buffer.from(json) };
  }
  const inputs = tensors.map(([name, tensor]) =>
    describeInput(name, tensor, `"parameters":{"binary_data_size":${tensor.data.byteLength}}`),
  );
  // Of each output: Triton heeds `binary_data_output` of the whole only where no output is named.
  const wanted = outputs.map(({ name }) => ({ name, parameters: { binary_data: true } }));
  const json = Buffer.from(`{"inputs":[${inputs.join()}],"outputs":${JSON.stringify(wanted)}}`);
  const binary = tensors.map(([, { data }]) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return {
    headers: { 'content-type': 'application/octet-stream', [JSON_LENGTH_HEADER]: String(json.byteLength) },
    body: Buffer.concat([json, ...binary]),
  };
}

function describeInput(name: string, { dtype, shape }: Tensor, rest: string): string {
  return `{"name":${JSON.stringify(name)},"datatype":"${DATATYPES[dtype]}","shape":[${shape.join()}],${rest}}`;
}

/**
 * By hand: `JSON.stringify` refuses a bigint, and through a number an int64 would lose digits. NaN and infinities
 * become null.
 */
function listElements({ data }: Tensor): string {
  return data instanceof Float32Array
    ? Array.from(data, (value) => (Number.isFinite(value) ? String(value) : 'null')).join()
    : data.join();
}
