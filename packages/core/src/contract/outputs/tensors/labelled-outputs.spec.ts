import { describe, expect, it } from 'vitest';
import { channelsByLabel, numbersByLabel, scoresOf } from './labelled-outputs.js';
import { float32Tensor } from '../../backend/tensor.js';

const LABELS = ['left', 'right'];
const row = (...values: number[]) => float32Tensor([1, values.length], Float32Array.from(values));

describe('scoresOf', () => {
  it('gives each label its probability, which sum to 1, more cautious with a temperature', () => {
    const scores = scoresOf(row(2, 0), LABELS);
    expect(scores.map(({ label }) => label)).toEqual(LABELS);
    expect(scores[0]!.probability).toBeCloseTo(0.8808, 4);
    expect(scores.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 6);
    expect(scoresOf(row(2, 0), LABELS, { temperature: 2 })[0]!.probability).toBeCloseTo(0.7311, 4);
    expect(scoresOf(float32Tensor([2], Float32Array.of(0, 0)), LABELS)[1]!.probability).toBeCloseTo(0.5);
  });

  it.each([[row(1, 2, 3)], [row(1)], [float32Tensor([2, 2])], [float32Tensor([1, 2, 1])]])(
    'refuses another number of logits than of labels (%#)',
    (logits) => {
      const fault = { code: 'MODEL_MISMATCH', blame: 'author' };
      expect(() => scoresOf(logits, LABELS)).toThrow(expect.objectContaining(fault));
    },
  );

  it('refuses what is not finite, and a temperature that is none', () => {
    for (const value of [NaN, Infinity]) {
      expect(() => scoresOf(row(0, value), LABELS)).toThrow(expect.objectContaining({ code: 'HEAD_FAILED' }));
    }
    for (const temperature of [0, -1, NaN])
      expect(() => scoresOf(row(0, 1), LABELS, { temperature })).toThrow('above 0');
  });
});

it('numbersByLabel and channelsByLabel give each label its own, and refuse another number', () => {
  expect([...numbersByLabel(row(0.25, 0.5), LABELS)]).toEqual([
    ['left', 0.25],
    ['right', 0.5],
  ]);
  expect(() => numbersByLabel(row(1, 2, 3), LABELS)).toThrow(
    'float32 [1, 2] was expected; the output is float32 [1, 3]',
  );
  const masks = float32Tensor([1, 2, 1, 3], Float32Array.of(1, 2, 3, 4, 5, 6));
  expect(channelsByLabel(masks, LABELS).get('right')).toEqual({
    size: { width: 3, height: 1 },
    values: Float32Array.of(4, 5, 6),
  });
  for (const wrong of [float32Tensor([1, 3, 1, 2]), float32Tensor([2, 2, 1, 1]), float32Tensor([1, 2, 3])]) {
    expect(() => channelsByLabel(wrong, LABELS)).toThrow('[1, 2, height, width] was expected');
  }
});
