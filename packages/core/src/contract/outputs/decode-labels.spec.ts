import { expect, it } from 'vitest';
import { float32Tensor } from '../backend/tensor.js';
import { decodeLabels } from './decode-labels.js';

const labels = ['effusion', 'mass'];
const row = (...values: number[]) => ({ label_logits: float32Tensor([1, values.length], Float32Array.from(values)) });

it('decodeLabels gives each label its probability by itself, with its threshold', () => {
  const { scores } = decodeLabels(row(2, 2), { labels, thresholds: { mass: 0.9 } });
  expect(scores.map(({ threshold }) => threshold)).toEqual([0.5, 0.9]);
  for (const { probability } of scores) expect(probability).toBeCloseTo(0.8808, 4);
  const cautious = decodeLabels(row(2, 2), { labels, calibration: { temperature: 2 } }).scores;
  expect(cautious[0]!.probability).toBeCloseTo(0.7311, 4);
});

it.each([
  [row(1), 'MODEL_MISMATCH'],
  [row(1, NaN), 'HEAD_FAILED'],
  [{ logits: row(1, 2).label_logits }, 'MODEL_MISMATCH'],
])('decodeLabels refuses what is not one finite logit for each label (%#)', (outputs, code) => {
  expect(() => decodeLabels(outputs, { labels })).toThrow(expect.objectContaining({ code }));
});
