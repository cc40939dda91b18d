import { describe, expect, it } from 'vitest';
import { findNotFinite } from './find-not-finite.js';

describe('findNotFinite', () => {
  it('finds the first, wherever it is', () => {
    for (const length of [0, 1, 3, 4, 5, 8, 11]) checkAll(length, [...Array(length).keys()]);
  });

  it.each([4096, 4097, 9001, 12_288])('finds the first among %d, which are looked at in chunks', (length) => {
    const places = [0, 1, 4095, 4096, 4097, 8191, 8192, length - 2, length - 1];
    checkAll(
      length,
      places.filter((index) => index < length),
    );
  });
});

function checkAll(length: number, places: readonly number[]): void {
  const clean = new Float32Array(length).fill(-3.4028234e38);
  expect(findNotFinite(clean)).toBe(-1);
  for (const index of places) {
    for (const value of [NaN, Infinity, -Infinity]) {
      const values = Float32Array.from(clean);
      values.fill(Infinity, index).fill(value, index, index + 1);
      expect(findNotFinite(values)).toBe(index);
      expect(findNotFinite(clean), "what lies behind the last is nobody's").toBe(-1);
    }
  }
}
