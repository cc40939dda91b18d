import { expect, it } from 'vitest';
import { takeFloat32 } from './take-tensor.js';
import { float32Tensor, uint8Tensor } from '../../backend/tensor.js';

it('takeFloat32 finds an output or lists those there are', () => {
  const outputs = { masks: float32Tensor([1, 2]), labels: uint8Tensor([3]) };
  expect(takeFloat32(outputs, 'masks')).toBe(outputs.masks);
  expect(() => takeFloat32(outputs, 'labels')).toThrow(
    'an output "labels" of float32; the model gave masks float32 [1, 2]; labels uint8 [3].',
  );
});
