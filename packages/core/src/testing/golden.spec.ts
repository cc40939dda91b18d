import { expect, it } from 'vitest';
import { float32Tensor } from '../contract/index.js';
import { checkGolden, type GoldenRecord } from './golden.js';

const record: GoldenRecord = {
  picture: new Uint8Array(),
  stages: { logits: { shape: [1, 4], min: -10, max: 2, mean: -5, stride: 2, values: [-10, 2] } },
};
const logits = (...values: number[]) => float32Tensor([1, values.length], Float32Array.from(values));

it('checkGolden looks at every value kept, relative to the largest', () => {
  expect(() => checkGolden('logits', logits(-10.005, -6, 2.005, -6), record, 1e-3)).not.toThrow();
  expect(() => checkGolden('logits', logits(-10, 0, 2.02, 0), record, 1e-3)).toThrow(
    '"logits" differs from the golden record in element 2',
  );
  expect(() => checkGolden('logits', logits(-10, 0, 2, 0), record, 1e-3)).toThrow('in its mean: found -2');
  expect(() => checkGolden('logits', logits(-10, NaN, NaN, 0), record, 1e-3)).toThrow('element 2');
  expect(() => checkGolden('logits', logits(-10, 0, 2), record, 1e-3)).toThrow('The shape of "logits"');
  expect(() => checkGolden('masks', logits(1), record, 1e-3)).toThrow('no stage "masks"; it has logits');
});
