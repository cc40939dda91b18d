import { describe, expect, it } from 'vitest';
import type { ModelSpec } from '../contract/index.js';
import { checkTensors } from './check-tensors.js';

const declared: Pick<ModelSpec, 'inputs' | 'outputs'> = {
  inputs: [
    { name: 'embedding', dtype: 'float32', shape: ['batch', 8, 4, 4] },
    { name: 'labels', dtype: 'int64', shape: ['points'] },
  ],
  outputs: [{ name: 'masks', dtype: 'float32', shape: ['batch', 1, 16, 16] }],
};

describe('checkTensors', () => {
  it('takes any order and any name of a free dimension', () => {
    const inputs = [declared.inputs[1]!, { name: 'embedding', dtype: 'float32', shape: ['N', 8, 4, 4] }];
    expect(() => checkTensors(declared, { ...declared, inputs })).not.toThrow();
  });

  it.each([
    ['a missing tensor', []],
    ['another name', [{ name: 'mask', dtype: 'float32', shape: ['batch', 1, 16, 16] }]],
    ['another element type', [{ name: 'masks', dtype: 'float16', shape: ['batch', 1, 16, 16] }]],
    ['another length', [{ name: 'masks', dtype: 'float32', shape: ['batch', 1, 32, 32] }]],
    ['a fixed dimension that was declared free', [{ name: 'masks', dtype: 'float32', shape: [1, 1, 16, 16] }]],
    ['another rank', [{ name: 'masks', dtype: 'float32', shape: ['batch', 16, 16] }]],
  ])('refuses %s, listing both sides', (_, outputs) => {
    const error: unknown = expect.objectContaining({
      code: 'MODEL_MISMATCH',
      message: expect.stringContaining('outputs are declared as masks float32 [batch, 1, 16, 16], found ') as string,
    });
    expect(() => checkTensors(declared, { ...declared, outputs })).toThrow(error);
  });

  it.each([
    ['an output', { outputs: [{ name: 'masks', dtype: 'float32', shape: [1, 1, 16, 16] }] }],
    ['the embedding', { inputs: [{ ...declared.inputs[0]!, shape: [1, 8, 4, 4] }, declared.inputs[1]!] }],
  ])('does not advise to declare the fixed first dimension of %s, which a zoo refuses', (_, found) => {
    expect(() => checkTensors(declared, { ...declared, ...found })).toThrow(
      /Export it with a free first dimension "batch" \(dynamic_axes or dynamic_shapes of torch\.onnx\.export\)\.$/,
    );
  });

  it('offers to declare the fixed length of an input that is not about images', () => {
    const inputs = [declared.inputs[0]!, { name: 'labels', dtype: 'int64', shape: [2] }];
    expect(() => checkTensors(declared, { ...declared, inputs })).toThrow(
      'a free first dimension "points" (dynamic_axes or dynamic_shapes of torch.onnx.export), or declare the length',
    );
  });
});
