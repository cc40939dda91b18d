import { expect, it } from 'vitest';
import { countOf } from './count-of.js';

it('counts in words as a person does', () => {
  expect([0, 1, 2].map((count) => countOf(count, 'image'))).toEqual(['0 images', '1 image', '2 images']);
  expect([1, 3].map((count) => countOf(count, 'entry', 'entries'))).toEqual(['1 entry', '3 entries']);
});
