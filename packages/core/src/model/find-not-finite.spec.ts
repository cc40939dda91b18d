import { describe, expect, it } from 'vitest';
import { findNotFinite } from './find-not-finite.js';

describe('findNotFinite', () => {
  it('finds the first, wherever it is', () => {
    for (const length of [0, 1, 3, 4, 5, 8, 11]) {
      const clean = new Float32Array(length).fill(-3.4e38);
      expect(findNotFinite(clean)).toBe(-1);
      for (let index = 0; index < length; index += 1) {
        for (const value of [NaN, Infinity, -Infinity]) {
          const values = Float32Array.from(clean);
          values.fill(Infinity, index).fill(value, index, index + 1);
          expect(findNotFinite(values)).toBe(index);
        }
      }
    }
  });
});
