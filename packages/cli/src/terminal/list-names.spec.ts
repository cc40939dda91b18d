import { expect, it } from 'vitest';
import { listNames } from './list-names.js';

it('lists at most eight names', () => {
  const names = Array.from({ length: 11 }, (_, index) => `n${index}`);
  expect(listNames(names.slice(0, 8))).toBe('n0, n1, n2, n3, n4, n5, n6, n7');
  expect(listNames(names)).toBe('n0, n1, n2, n3, n4, n5, n6, n7 and 3 more');
  expect(listNames([])).toBe('none');
});
