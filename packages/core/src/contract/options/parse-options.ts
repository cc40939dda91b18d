import type { z } from 'zod';
import { ZooError, type ErrorCode } from '../errors/errors.js';
import { didYouMean } from '../text/closest-name.js';
import { isRecord } from '../params/is-record.js';
import { cutName } from '../text/show-value.js';

/** What options were called in earlier releases. */
const FORMER_NAMES: Readonly<Record<string, string>> = { reserve: 'standby' };

interface Saying {
  readonly code: ErrorCode;
  /** What stands before an option's own name: `view` for `view.frame`. */
  readonly name?: string;
  /** The options as a whole, at the beginning of a sentence. */
  readonly what?: string;
}

/**
 * Returns options as data of their own. Throws for the first unknown option, else for the first value that its option
 * cannot have, with the path, what was expected and what came.
 */
export function parseOptions<T>(schema: z.ZodType<T>, given: unknown, { code, name, what = 'Config' }: Saying): T {
  // A schema would read these as objects without fields. What is a list or no object, it says in its own words.
  if (typeof given === 'object' && given !== null && !Array.isArray(given) && !isRecord(given))
    throw new ZooError(code, `${name ?? what} must be an object; got ${showContainer(given)}.`);
  const { success, data, error } = schema.safeParse(given);
  if (success) return data;
  const issue = error.issues.find((one) => one.code === 'unrecognized_keys') ?? error.issues[0]!;
  const path = showPath([...(name === undefined ? [] : [name]), ...issue.path]);
  const details = path === '' ? {} : { param: path };
  throw new ZooError(code, describe(issue, path, what), { details });
}

function showContainer(given: object): string {
  return `a ${Object.prototype.toString.call(given).slice(8, -1)}`;
}

function describe(issue: z.core.$ZodIssue, path: string, what: string): string {
  if (issue.code !== 'unrecognized_keys') return `${path || what} ${issue.message}.`;
  const prefix = path && `${path}.`;
  const names = JSON.parse(issue.message) as readonly string[];
  const [key = ''] = issue.keys;
  const known = names.map((option) => `${prefix}${option}`).join(', ');
  return `There is no option ${prefix}${cutName(key)}; there are ${known}.${suggest(key, names)}`;
}

function suggest(key: string, names: readonly string[]): string {
  const now = Object.hasOwn(FORMER_NAMES, key) ? FORMER_NAMES[key]! : '';
  return names.includes(now) ? ` It is called ${now} since 0.2.0.` : didYouMean(key, names);
}

/** Such as `view.window.center`, `execArgv[0]` and `headProviders['brain-mri']`. */
function showPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((shown, part) => {
    if (typeof part === 'number') return `${shown}[${part}]`;
    const name = cutName(String(part));
    if (shown === '') return name;
    return /^[\w$]+$/.test(name) ? `${shown}.${name}` : `${shown}['${name}']`;
  }, '');
}
