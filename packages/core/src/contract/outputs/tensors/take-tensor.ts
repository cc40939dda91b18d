import { ZooError } from '../../errors/errors.js';
import type { Tensor, Tensors } from '../../backend/tensor.js';

/** The float32 tensor of this name among a model's outputs; throws MODEL_MISMATCH, which lists those there are. */
export function takeFloat32(outputs: Tensors, name: string): Tensor<'float32'> {
  const tensor = outputs[name];
  if (tensor?.dtype === 'float32') return tensor;
  const there = Object.entries(outputs).map(([key, { dtype, shape }]) => `${key} ${dtype} [${shape.join(', ')}]`);
  throw new ZooError(
    'MODEL_MISMATCH',
    `The head needs an output "${name}" of float32; the model gave ${there.join('; ') || 'none'}.`,
    {
      details: { output: name, outputs: there },
    },
  );
}
