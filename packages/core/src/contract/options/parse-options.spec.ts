import { expect, it, vi } from 'vitest';
import { z } from 'zod';
import { aFlag, aNumber, aWholeNumber, listOf, maybe, oneOf, options, whole } from './option-schemas.js';
import { parseOptions } from './parse-options.js';

const schema = options({
  count: aWholeNumber(1, 9),
  kinds: maybe(listOf(oneOf(['a', 'b']), 'a list of kinds', 3)),
  by: maybe(z.record(z.string(), aFlag)),
  inner: maybe(options({ size: maybe(aNumber('mm', 0, Infinity)) })),
  finite: maybe(aNumber('mm', 0)),
  either: maybe(whole(z.union([z.literal('auto'), options({ at: aWholeNumber(0) })]), "'auto', or { at: 0 }")),
});
const parse = (given: unknown) => parseOptions(schema, given, { code: 'INVALID_PARAM', what: 'Options' });

it.each<[unknown, string]>([
  [5, 'Options must be an object; got 5.'],
  [{}, 'count is a whole number from 1 to 9; got undefined.'],
  [{ cuont: 3 }, 'There is no option cuont; there are count, kinds, by, inner, finite, either. Did you mean "count"?'],
  [{ count: 2.5 }, 'count is a whole number from 1 to 9; got 2.5.'],
  [{ count: 10 }, 'count is a whole number from 1 to 9; got 10.'],
  [{ count: 1, kinds: ['a', 'c'] }, 'kinds[1] is one of "a", "b"; got "c".'],
  [{ count: 1, kinds: 'a' }, 'kinds is a list of kinds; got "a".'],
  [{ count: 1, by: { 'brain-mri': 1 } }, "by['brain-mri'] is true or false; got 1."],
  [{ count: 1, inner: { size: -1 } }, 'inner.size is a number of mm, 0 or more; got -1.'],
  [{ count: 1, finite: Infinity }, 'finite is a number of mm, 0 or more; got Infinity.'],
  [{ count: 1, finite: NaN }, 'finite is a number of mm, 0 or more; got NaN.'],
  [{ count: 1, inner: { sise: 1 } }, 'There is no option inner.sise; there are inner.size. Did you mean "size"?'],
  [{ count: 1, either: { at: -1 } }, 'either is \'auto\', or { at: 0 }; got {"at":-1}.'],
])('refuses %j', (given, message) => {
  expect(() => parse(given)).toThrow(expect.objectContaining({ code: 'INVALID_PARAM', message }) as Error);
});

it('refuses a list that is too long without reading it', () => {
  const read = vi.fn(() => 'a');
  const long = Object.defineProperty(new Array<string>(1e6), 0, { get: read });
  expect(() => parse({ count: 1, kinds: long })).toThrow('kinds is a list of kinds; got [');
  expect(read.mock.calls.length).toBeLessThanOrEqual(1); // by the message
});

it('gives data of its own, and takes what is undefined as left out', () => {
  const given = { count: 1, kinds: ['a'], inner: { size: Infinity }, by: undefined };
  const parsed = parse(given);
  given.kinds.push('x');
  expect(parsed).toEqual({ count: 1, kinds: ['a'], inner: { size: Infinity } });
});
