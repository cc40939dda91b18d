import { z } from 'zod';
import { maybe, options, whole } from './option-schemas.js';
import { parseOptions } from './parse-options.js';

/** Limits of a kind, each of them a number. */
type Limits<T> = { readonly [Name in keyof T]: number };

/** Infinity is a limit that a caller may mean; NaN is an accident. */
const aLimit = whole(z.number().min(0).or(z.literal(Infinity)), 'a number, 0 or more');

/** `given` over `defaults`. One that is undefined counts as left out: it would bound nothing. */
export function withDefaults<T extends Limits<T>>(defaults: T, given: Partial<T> | undefined): T {
  const said = Object.entries(given ?? {}).filter(([, value]) => value !== undefined);
  return { ...defaults, ...Object.fromEntries(said) };
}

/**
 * `given` over `defaults`, for what a decoder of a file format takes. Throws INVALID_PARAM for a limit that there is
 * not, and for NaN, which would bound nothing without a word.
 */
export function completeLimits<T extends Limits<T>>(defaults: T, given: Partial<T> | undefined): T {
  if (given === undefined) return defaults;
  const schema = options(Object.fromEntries(Object.keys(defaults).map((name) => [name, maybe(aLimit)])));
  return withDefaults(defaults, parseOptions(schema, given, { code: 'INVALID_PARAM', name: 'limits' }) as Partial<T>);
}
