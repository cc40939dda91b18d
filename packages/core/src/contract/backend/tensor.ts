import { countOf } from '../text/count-of.js';

/** The array type that holds each tensor element type. */
export interface TensorData {
  readonly float32: Float32Array;
  readonly uint8: Uint8Array;
  readonly int64: BigInt64Array;
}

export type TensorType = keyof TensorData;

/** A tensor as plain data: it crosses processes and networks unchanged. `shape` is row-major. */
export type Tensor<D extends TensorType = TensorType> = {
  readonly [K in D]: { readonly dtype: K; readonly shape: readonly number[]; readonly data: TensorData[K] };
}[D];

export type Tensors = Readonly<Record<string, Tensor>>;

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Number of elements of a tensor of this shape. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** A float32 tensor over `data`, which is not copied; zeros if left out. */
export function float32Tensor(shape: readonly number[], data?: Float32Array): Tensor<'float32'> {
  return { dtype: 'float32', shape, data: checkLength(shape, data ?? new Float32Array(elementCount(shape))) };
}

/** A uint8 tensor over `data`, which is not copied; zeros if left out. */
export function uint8Tensor(shape: readonly number[], data?: Uint8Array): Tensor<'uint8'> {
  return { dtype: 'uint8', shape, data: checkLength(shape, data ?? new Uint8Array(elementCount(shape))) };
}

/** An int64 tensor over `data`, which is not copied; zeros if left out. */
export function int64Tensor(shape: readonly number[], data?: BigInt64Array): Tensor<'int64'> {
  return { dtype: 'int64', shape, data: checkLength(shape, data ?? new BigInt64Array(elementCount(shape))) };
}

function checkLength<A extends TensorData[TensorType]>(shape: readonly number[], data: A): A {
  const expected = elementCount(shape);
  if (!shape.every((length) => Number.isInteger(length) && length >= 0)) {
    throw new RangeError(`A tensor's shape holds whole numbers from 0; got [${shape.join(', ')}].`);
  }
  if (data.length !== expected) {
    throw new RangeError(
      `A tensor of shape [${shape.join(', ')}] holds ${countOf(expected, 'element')}; got ${data.length}.`,
    );
  }
  return data;
}
