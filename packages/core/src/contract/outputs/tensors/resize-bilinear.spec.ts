import { describe, expect, it } from 'vitest';
import { resizeBilinear } from './resize-bilinear.js';

const size = (width: number, height: number) => ({ width, height });

describe('resizeBilinear', () => {
  it('has half-pixel centres and holds the edge when it enlarges', () => {
    expect([...resizeBilinear(Float32Array.of(0, 4), size(2, 1), size(4, 1))]).toEqual([0, 1, 3, 4]);
    expect([...resizeBilinear(Float32Array.of(0, 4), size(1, 2), size(1, 4))]).toEqual([0, 1, 3, 4]);
  });

  it('does not widen its kernel when it shrinks', () => {
    expect([...resizeBilinear(Float32Array.of(0, 1, 2, 3, 4, 5, 6, 7), size(8, 1), size(2, 1))]).toEqual([1.5, 5.5]);
  });

  it('leaves a plane of the same size as it is', () => {
    const plane = Float32Array.of(1, 2, 3, 4, 5, 6);
    expect(resizeBilinear(plane, size(3, 2), size(3, 2))).toEqual(plane);
  });

  it('refuses a plane of another size', () => {
    expect(() => resizeBilinear(new Float32Array(5), size(3, 2), size(3, 2))).toThrow('3 x 2 holds 6 numbers; got 5');
  });
});
