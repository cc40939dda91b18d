import { describe, expect, it } from 'vitest';
import { mean, median, quantile } from './summary.js';

describe('summaries', () => {
  it('take the mean and the median', () => {
    expect(mean([1, 2, 6])).toBe(3);
    expect(median([9, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 9])).toBe(3);
  });

  it('take quantiles as numpy.quantile([3, 1, 4, 1, 5], [0.1, 0.9]) does', () => {
    expect(quantile([3, 1, 4, 1, 5], 0.1)).toBe(1);
    expect(quantile([3, 1, 4, 1, 5], 0.9)).toBeCloseTo(4.6);
    expect(quantile([7], 0.9)).toBe(7);
  });

  it('have no answer for no numbers', () => {
    expect([mean([]), median([])]).toEqual([Number.NaN, Number.NaN]);
  });
});
