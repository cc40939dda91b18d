import { describe, expect, expectTypeOf, it } from 'vitest';
import { float32Tensor, int64Tensor, uint8Tensor } from './tensor.js';

describe('tensor makers', () => {
  it('make zeros of the shape when no data is given', () => {
    expect(float32Tensor([1, 2, 3]).data).toEqual(new Float32Array(6));
    expect(int64Tensor([2]).data).toEqual(new BigInt64Array(2));
  });

  it('keep the array they are given, uncopied and typed', () => {
    const data = new Uint8Array(4);
    const tensor = uint8Tensor([2, 2], data);
    expect(tensor.data).toBe(data);
    expectTypeOf(tensor.data).toEqualTypeOf<Uint8Array>();
  });

  it('say what length the shape needs and what came', () => {
    expect(() => float32Tensor([1, 3], new Float32Array(4))).toThrow('of shape [1, 3] holds 3 elements; got 4');
    expect(() => float32Tensor([-1, -1])).toThrow('whole numbers from 0; got [-1, -1]');
  });
});
