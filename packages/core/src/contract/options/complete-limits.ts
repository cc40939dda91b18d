import { aWholeNumber, maybe, options } from './option-schemas.js';
import { parseOptions } from './parse-options.js';

/** Limits of a kind, each of them a number. */
type Limits<T> = { readonly [Name in keyof T]: number };

/** `given` over `defaults`. One that is undefined counts as left out: it would bound nothing. */
export function withDefaults<T extends Limits<T>>(defaults: T, given: Partial<T> | undefined): T {
  const said = Object.entries(given ?? {}).filter(([, value]) => value !== undefined);
  return { ...defaults, ...Object.fromEntries(said) };
}

/**
 * `given` over `defaults`, for limits that are whole numbers: what a decoder of a file format takes. Throws
 * INVALID_PARAM for a limit that there is not, or that would bound nothing, such as NaN.
 */
export function completeLimits<T extends Limits<T>>(defaults: T, given: Partial<T> | undefined): T {
  if (given === undefined) return defaults;
  const schema = options(Object.fromEntries(Object.keys(defaults).map((name) => [name, maybe(aWholeNumber(0))])));
  return withDefaults(defaults, parseOptions(schema, given, { code: 'INVALID_PARAM', name: 'limits' }) as Partial<T>);
}
