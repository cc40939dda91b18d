import { z } from 'zod';
import { didYouMean } from '../../text/closest-name.js';
import { cutName } from '../../text/show-value.js';

/**
 * An object with these fields and no others, frozen once it is parsed. A field that is not known is an error with the
 * nearest name: a misspelt `antialais` would else leave the model with another preprocessing than it was trained with.
 */
export function strictObject<const S extends z.ZodRawShape>(shape: S): z.ZodReadonly<z.ZodObject<S, z.core.$strict>> {
  return z.strictObject(shape, { error: (issue) => describeUnknown(issue, Object.keys(shape)) }).readonly();
}

function describeUnknown(issue: z.core.$ZodRawIssue, known: readonly string[]): string | undefined {
  if (issue.code !== 'unrecognized_keys') return undefined;
  return issue.keys.map((key) => sayUnknown(key, known)).join('; ');
}

function sayUnknown(key: string, known: readonly string[]): string {
  return `there is no field "${cutName(key)}".${didYouMean(key, known)} The fields are ${known.join(', ')}`;
}

/** One fault of a value: where it is, such as `preprocess.size.width`, and what is wrong there. */
export interface Fault {
  readonly path: string;
  readonly message: string;
}

/** More would not be read. */
const MOST_FAULTS = 10;

/** The first faults that a schema found, each with its path; `root` stands for the value as a whole. */
export function listFaults(error: z.ZodError, root: string): Fault[] {
  return error.issues.slice(0, MOST_FAULTS).map((issue) => {
    const isOneKey = issue.code === 'unrecognized_keys' && issue.keys.length === 1;
    const path = isOneKey ? [...issue.path, cutName(issue.keys[0]!)] : issue.path;
    return { path: path.join('.') || root, message: issue.message };
  });
}

/** What the zod of this release says of a field, a value or a kind that it does not know. */
const UNKNOWN = ['unrecognized_keys', 'invalid_value', 'invalid_union'];

/**
 * What to do where a description holds what this release does not know: a later one may have written it, and then
 * nobody has to mend the file. Empty where every fault is of another kind.
 */
export function adviseToUpdate({ issues }: z.ZodError): string {
  return issues.some(({ code }) => UNKNOWN.includes(code))
    ? ' If it is of a later release of medzoo, update @medzoo/core instead; `npm ls @medzoo/core` says which are there.'
    : '';
}
