import { inspect } from 'node:util';
import { didYouMean, ZooError, type ErrorCode } from '../../contract/index.js';
import { cutName } from '../../contract/text/show-value.js';

/** What one option may be, and how to say so. */
export interface Expectation {
  readonly expected: string;
  readonly is: (value: unknown) => boolean;
  /** Whether it may not be left out. */
  readonly isRequired?: true;
}

/** One for every option that there is: a new option does not compile without. */
export type Expectations<T> = { readonly [K in keyof Required<T>]: Expectation };

/** For setTimeout: more fires at once. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * Throws for the first option that there is not, and for a value that its option cannot have; `name` is what stands before an option's
 * own, and `what` the options as a whole. An option that is undefined was left out.
 */
export function checkOptions(
  given: unknown,
  expectations: Readonly<Record<string, Expectation>>,
  { code, name = '', what = 'Config' }: { readonly code: ErrorCode; readonly name?: string; readonly what?: string },
): void {
  if (!isRecord(given)) throw new ZooError(code, `${name || what} must be an object; got ${show(given)}.`);
  const prefix = name && `${name}.`;
  const known = Object.keys(expectations);
  for (const [key, value] of Object.entries(given)) {
    if (value !== undefined && !Object.hasOwn(expectations, key)) {
      const there = known.map((option) => `${prefix}${option}`).join(', ');
      throw new ZooError(
        code,
        `There is no option ${prefix}${cutName(key)}; there are ${there}.${didYouMean(key, known)}`,
      );
    }
  }
  for (const [key, { expected, is, isRequired = false }] of Object.entries(expectations)) {
    const value = given[key];
    if (value === undefined ? isRequired : !is(value)) {
      throw new ZooError(code, `${prefix}${key} is ${expected}; got ${show(value)}.`);
    }
  }
}

/** Where the option's own code says more than could be said here. */
export const checkedElsewhere: Expectation = { expected: 'anything', is: () => true };
export const aFlag: Expectation = { expected: 'true or false', is: (value) => typeof value === 'boolean' };
export const aFunction: Expectation = { expected: 'a function', is: (value) => typeof value === 'function' };
export const anObject: Expectation = { expected: 'an object', is: isRecord };
export const aString: Expectation = { expected: 'a string', is: (value) => typeof value === 'string' };

export function aWholeNumber(least: number, most = Number.MAX_SAFE_INTEGER, unit = ''): Expectation {
  const range = most === Number.MAX_SAFE_INTEGER ? `, ${least} or more` : ` from ${least} to ${most}`;
  return {
    expected: `a whole number${unit && ` of ${unit}`}${range}`,
    is: (value) => Number.isSafeInteger(value) && isWithin(value, least, most),
  };
}

export function aNumber(unit: string, least: number, most = Infinity): Expectation {
  const range = most === Infinity ? `, ${least} or more` : ` from ${least} to ${most}`;
  return { expected: `a number of ${unit}${range}`, is: (value) => isWithin(value, least, most) };
}

export const milliseconds = (least = 0, most = LONGEST_MS): Expectation => aNumber('milliseconds', least, most);

export function oneOf(...values: readonly (string | boolean)[]): Expectation {
  return { expected: `one of ${values.map(show).join(', ')}`, is: (value) => values.includes(value as string) };
}

export function aListOf(one: Expectation, expected: string, maxItems = Infinity): Expectation {
  return {
    expected,
    is: (value) => Array.isArray(value) && value.length <= maxItems && value.every((item) => one.is(item)),
  };
}

function isWithin(value: unknown, least: number, most: number): boolean {
  return typeof value === 'number' && value >= least && value <= most;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Short, whatever it is. */
function show(value: unknown): string {
  return inspect(value, { depth: 0, maxArrayLength: 4, maxStringLength: 40, breakLength: Infinity });
}
