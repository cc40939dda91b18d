import { describe, expect, it } from 'vitest';
import { coverage, setSize } from './coverage.js';

const prediction = (truth: string, plausible?: readonly string[]) => ({
  truth,
  predicted: truth,
  probabilities: {},
  ...(plausible && { plausible }),
});
const predictions = [
  prediction('ill', ['ill']),
  prediction('ill', ['ill', 'normal']),
  prediction('ill', []),
  prediction('normal', ['ill']),
];

describe('conformal sets', () => {
  it('cover what is in them, over all images and by label', () => {
    expect(coverage(predictions)).toBe(0.5);
    expect(coverage(predictions, 'ill')).toBeCloseTo(2 / 3);
    expect(coverage(predictions, 'normal')).toBe(0);
  });

  it('have a mean size', () => {
    expect(setSize(predictions)).toBe(1);
  });

  it('are not measured where a head has none', () => {
    const without = [prediction('ill')];
    expect([coverage(without), setSize(without)]).toEqual([NaN, NaN]);
  });
});
