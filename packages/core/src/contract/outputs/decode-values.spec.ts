import { describe, expect, it } from 'vitest';
import { float32Tensor } from '../backend/tensor.js';
import { decodeValues } from './decode-values.js';

const labels = ['bone age', 'ratio'];
const row = (...values: number[]) => ({ values: float32Tensor([1, values.length], Float32Array.from(values)) });

describe('decodeValues', () => {
  it('gives each label its value in its own unit, with the interval of the model file', () => {
    const interval = { coverage: 0.9, halfWidth: 14, n: 200 };
    const quantities = { 'bone age': { unit: 'mo', mean: 120, std: 40, interval }, ratio: { unit: '1' } };
    expect(decodeValues(row(0.5, -2), { labels, quantities })).toEqual({
      values: [
        { label: 'bone age', value: 140, interval: { lower: 126, upper: 154, coverage: 0.9 } },
        { label: 'ratio', value: -2 },
      ],
    });
  });

  it.each([
    [row(1), 'MODEL_MISMATCH'],
    [row(1, 2, 3), 'MODEL_MISMATCH'],
    [row(1, NaN), 'HEAD_FAILED'],
    [row(-Infinity, 1), 'HEAD_FAILED'],
    [{}, 'MODEL_MISMATCH'],
  ])('refuses what is not one finite number for each label (%#)', (outputs, code) => {
    expect(() => decodeValues(outputs, { labels })).toThrow(expect.objectContaining({ code }));
  });
});
