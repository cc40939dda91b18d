import { z } from 'zod';
import { showValue } from '../text/show-value.js';

/** For setTimeout: more fires at once. */
const LONGEST_MS = 2 ** 31 - 1;

interface Given {
  readonly input?: unknown;
}

/** What a message says where a value cannot be that of its option: `expected` goes on after "is". */
export function expecting(expected: string): { readonly error: (issue: Given) => string } {
  return { error: ({ input }) => `is ${expected}; got ${showValue(input)}` };
}

/** An option that may be left out. One that is undefined counts as left out, for callers who pass on what they got. */
export function maybe<T extends z.ZodType>(schema: T): z.ZodOptional<T> {
  return schema.optional();
}

/** The same, as a field of `Partial` has its type where the compiler tells undefined from left out. */
export function partly<T extends z.ZodType>(schema: T): z.ZodExactOptional<T> {
  return schema.optional() as unknown as z.ZodExactOptional<T>;
}

/** Options of these names and no others. */
export function options<const S extends z.ZodRawShape>(shape: S): z.ZodReadonly<z.ZodObject<S, z.core.$strict>> {
  // The names go into the message, which is completed where the path is known.
  return z.strictObject(shape, { error: (issue) => sayNames(issue, Object.keys(shape)) }).readonly();
}

function sayNames(issue: z.core.$ZodRawIssue, names: readonly string[]): string {
  return issue.code === 'unrecognized_keys'
    ? JSON.stringify(names)
    : `must be an object; got ${showValue(issue.input)}`;
}

export const aFlag = z.boolean(expecting('true or false'));
export const aString = z.string(expecting('a string'));
export const aSignal = z.custom<AbortSignal>((value) => value instanceof AbortSignal, expecting('an AbortSignal'));

export function aFunction<F extends (...given: never) => unknown>(): z.ZodType<F> {
  return z.custom<F>((value) => typeof value === 'function', expecting('a function'));
}

/** An object with these methods, which may have a class of its own. */
export function anObjectWith<T extends object>(methods: readonly (keyof T)[], expected: string): z.ZodType<T> {
  const has = (value: unknown): boolean =>
    typeof value === 'object' &&
    value !== null &&
    methods.every((method) => typeof (value as T)[method] === 'function');
  return z.custom<T>(has, expecting(expected));
}

export function aWholeNumber(least: number, most = Number.MAX_SAFE_INTEGER, unit = ''): z.ZodType<number> {
  const range = most === Number.MAX_SAFE_INTEGER ? `, ${least} or more` : ` from ${least} to ${most}`;
  const expected = expecting(`a whole number${unit && ` of ${unit}`}${range}`);
  return z.int(expected).min(least, expected).max(most, expected);
}

/** A value that is right or wrong as a whole: whatever is wrong with it, the message says all that it may be. */
export function whole<T extends z.ZodType>(schema: T, expected: string): z.ZodType<z.output<T>> {
  return z.custom<z.output<T>>((value) => schema.safeParse(value).success, expecting(expected));
}

/** A finite number; where `most` is Infinity, that is a value too. */
export function aNumber(unit: string, least: number, most = Number.MAX_VALUE): z.ZodType<number> {
  const range = most >= Number.MAX_VALUE ? `, ${least} or more` : ` from ${least} to ${most}`;
  const number = z.number().min(least).max(most);
  return whole(most === Infinity ? number.or(z.literal(Infinity)) : number, `a number of ${unit}${range}`);
}

export const milliseconds = (least = 0, most = LONGEST_MS): z.ZodType<number> => aNumber('milliseconds', least, most);

export function oneOf<const V extends string | number | boolean>(values: readonly V[]): z.ZodType<V> {
  return z.literal(values, expecting(`one of ${values.map(showValue).join(', ')}`));
}

/** A list is measured before it is read, so that one of a million entries is refused at once. */
export function listOf<T extends z.ZodType>(item: T, expected: string, most = 1024): z.ZodType<readonly z.output<T>[]> {
  const isShort = (value: unknown): boolean => Array.isArray(value) && value.length <= most;
  return z.custom<readonly unknown[]>(isShort, expecting(expected)).pipe(z.array(item)).readonly();
}
