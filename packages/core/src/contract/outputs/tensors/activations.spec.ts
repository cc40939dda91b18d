import { describe, expect, it } from 'vitest';
import { sigmoid, softmax } from './activations.js';

describe('sigmoid', () => {
  it('is stable far out', () => {
    expect([...sigmoid(Float32Array.of(-1000, 0, 1000))]).toEqual([0, 0.5, 1]);
    expect(sigmoid(Float32Array.of(2))[0]).toBeCloseTo(0.8807971, 6);
  });
});

describe('softmax', () => {
  it('sums to 1 and is stable far out', () => {
    expect([...softmax(Float32Array.of(1000, 1000, -1000))]).toEqual([0.5, 0.5, 0]);
    expect(softmax(Float32Array.of(1, 2, 3))[2]).toBeCloseTo(0.6652409, 6);
  });

  it('divides by the temperature first', () => {
    expect(softmax(Float32Array.of(1, 2, 3), 2)[2]).toBeCloseTo(softmax(Float32Array.of(0.5, 1, 1.5))[2]!, 6);
  });
});
