import { expect, it } from 'vitest';
import { completeLimits, withDefaults } from './complete-limits.js';

const DEFAULTS = { maxBytes: 10, maxPixels: 20 };

it('takes what is given, and the default for what is left out or undefined', () => {
  expect(completeLimits(DEFAULTS, { maxBytes: 5 })).toEqual({ maxBytes: 5, maxPixels: 20 });
  expect(completeLimits(DEFAULTS, undefined)).toEqual(DEFAULTS);
  const passedOn = { maxBytes: undefined } as unknown as Partial<typeof DEFAULTS>;
  expect(completeLimits(DEFAULTS, passedOn)).toEqual(DEFAULTS);
  expect(withDefaults(DEFAULTS, passedOn)).toEqual(DEFAULTS);
  expect(completeLimits(DEFAULTS, { maxBytes: Infinity }).maxBytes).toBe(Infinity);
});

it.each([
  [{ maxBytes: NaN }, 'limits.maxBytes is a number, 0 or more; got NaN.'],
  [{ maxBytes: '5' }, 'limits.maxBytes is a number, 0 or more; got "5".'],
  [{ maxbytes: 5 }, 'There is no option limits.maxbytes; there are limits.maxBytes, limits.maxPixels.'],
])('refuses %o', (given, message) => {
  expect(() => completeLimits(DEFAULTS, given as Partial<typeof DEFAULTS>)).toThrow(message);
});
