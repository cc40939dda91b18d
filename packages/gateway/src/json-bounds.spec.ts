import { describe, expect, it } from 'vitest';
import { findExcess } from './json-bounds.js';

const bounds = { maxDepth: 3, maxValues: 10 };

describe('findExcess', () => {
  it.each([[null], ['text'], [[]], [{ a: [{ b: 1 }] }], [Array<number>(10).fill(0)]])('lets %j pass', (value) => {
    expect(findExcess(value, bounds)).toBeUndefined();
  });

  it('says what is too large', () => {
    expect(findExcess([[[[[]]]]], bounds)).toBe('is nested more than 3 levels deep');
    expect(findExcess({ a: Array<number>(11).fill(0) }, bounds)).toBe('has more than 10 values');
  });

  it('looks at a value of any depth', () => {
    const deep: unknown = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000));
    expect(findExcess(deep, { maxDepth: 1e9, maxValues: 1e9 })).toBeUndefined();
    expect(findExcess(deep, bounds)).toContain('nested');
  });
});
