import { describe, expect, it } from 'vitest';
import { median, medianRatio, percentile } from './percentile.js';

describe('percentiles', () => {
  it('lie between neighbours, whatever the order', () => {
    expect(percentile([40, 10, 30, 20], 0)).toBe(10);
    expect(percentile([40, 10, 30, 20], 1)).toBe(40);
    expect(percentile([40, 10, 30, 20], 0.5)).toBe(25);
    expect(percentile([40, 10, 30, 20], 0.9)).toBeCloseTo(37);
    expect(median([7])).toBe(7);
  });

  it('compare numbers, not their digits', () => {
    expect(median([9, 100, 10])).toBe(10);
  });

  it('are not made up', () => {
    expect(() => percentile([], 0.5)).toThrow(RangeError);
    expect(() => percentile([1], 99)).toThrow('99');
  });
});

describe('a ratio', () => {
  it('is that of the rounds, so that a machine that gets slower does not show', () => {
    expect(medianRatio([2, 4, 80], [1, 2, 40])).toBe(2);
    expect(medianRatio([2, 4, 90], [1, 2, 10])).toBe(2);
  });

  it('needs rounds in pairs', () => {
    expect(() => medianRatio([1], [1, 2])).toThrow('1 and 2');
  });
});
