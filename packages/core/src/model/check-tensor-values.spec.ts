import { describe, expect, it } from 'vitest';
import { float32Tensor, int64Tensor, type Tensors, type TensorSpec } from '../contract/index.js';
import { checkFinite, checkTensorValues } from './check-tensor-values.js';

const specs: TensorSpec[] = [
  { name: 'points', dtype: 'float32', shape: ['batch', 'points', 2] },
  { name: 'labels', dtype: 'int64', shape: ['batch', 'points'] },
];
const right: Tensors = { points: float32Tensor([1, 3, 2]), labels: int64Tensor([1, 3]) };

describe('checkTensorValues', () => {
  it('takes what was declared', () => {
    expect(() => checkTensorValues('input', specs, right)).not.toThrow();
  });

  it.each<[string, Tensors]>([
    ['The tensor "labels" is missing', { points: right.points! }],
    ['There is no tensor "box"', { ...right, box: float32Tensor([1]) }],
    ['The tensor "points" does not fit', { ...right, points: int64Tensor([1, 3, 2]) }],
    ['The tensor "points" does not fit', { ...right, points: float32Tensor([1, 3, 3]) }],
    ['The tensor "labels" does not fit', { ...right, labels: int64Tensor([1, 4]) }],
    ['The tensor "labels" does not fit', { ...right, labels: { ...right.labels!, shape: [1, 3, 1] } }],
  ])('says: %s', (message, tensors) => {
    expect(() => checkTensorValues('input', specs, tensors)).toThrow(message);
    expect(() => checkTensorValues('input', specs, tensors)).toThrow(
      expect.objectContaining({ code: 'MODEL_MISMATCH' }),
    );
  });
});

describe('checkFinite', () => {
  it.each([NaN, Infinity, -Infinity])('names the output that holds %d', (value) => {
    const outputs = { fine: float32Tensor([1]), broken: float32Tensor([3], Float32Array.of(0, value, 0)) };
    expect(() => checkFinite(outputs)).toThrow(expect.objectContaining({ code: 'INFERENCE_FAILED' }));
    expect(() => checkFinite(outputs)).toThrow(`"broken", float32 [3], holds ${value} at index 1`);
  });

  it('takes integers as they are', () => {
    expect(() => checkFinite({ labels: int64Tensor([2]), empty: float32Tensor([0]) })).not.toThrow();
  });
});
