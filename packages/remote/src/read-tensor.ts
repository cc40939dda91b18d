import { elementCount, ZooError, type Tensor, type TensorData, type TensorType } from '@medzoo/core/contract';
import { toDtype } from './datatypes.js';

const ARRAYS = { float32: Float32Array, uint8: Uint8Array, int64: BigInt64Array } as const;

/** An output as a server describes it. */
export interface RemoteOutput {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly number[];
}

/**
 * From elements one after the other, little-endian, row-major. Throws INFERENCE_FAILED if they are not as many as the
 * shape says.
 */
export function readBinary(output: RemoteOutput, bytes: Uint8Array): Tensor {
  const dtype = dtypeOf(output);
  // A copy: elements must begin at a multiple of their size, and the body can go.
  const data = Uint8Array.from(bytes).buffer;
  const expected = elementCount(output.shape) * ARRAYS[dtype].BYTES_PER_ELEMENT;
  if (bytes.byteLength !== expected) {
    throw broken(
      `"${output.name}" of shape [${output.shape.join(', ')}] takes ${expected} bytes, it has ${bytes.byteLength}`,
    );
  }
  return toTensor(dtype, output.shape, new ARRAYS[dtype](data));
}

/**
 * From a list, which may be nested by dimension; an int64 is a number or text. Throws INFERENCE_FAILED for what does
 * not fit.
 */
export function readElements(output: RemoteOutput, data: readonly unknown[]): Tensor {
  const dtype = dtypeOf(output);
  const elements: unknown[] = data.flat(Infinity);
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

/** Throws MODEL_MISMATCH for an element type that is not carried. */
function dtypeOf({ name, datatype }: RemoteOutput): TensorType {
  const dtype = toDtype(datatype);
  if (dtype) return dtype;
  throw new ZooError('MODEL_MISMATCH', `The output "${name}" is of ${datatype}; FP32, UINT8 and INT64 are carried.`);
}

/** An answer that is none of the protocol. */
export function broken(why: string): ZooError {
  return new ZooError(
    'INFERENCE_FAILED',
    `The inference server's answer is not one of the Open Inference Protocol: ${why}. Look at the server and ` +
      'what stands before it.',
  );
}
