import { countOf } from './count-of.js';

/** How much of a caller's name or id an error repeats. */
const MOST_OF_NAME = 64;
const MOST_OF_VALUE = 80;
/** What is looked at of a value, however large it is: levels, and entries of each. */
const MOST_LEVELS = 2;
const MOST_ENTRIES = 4;

/** A name or an id that somebody sent, for a message: its first 64 characters. */
export function cutName(name: string): string {
  return cutText(name, MOST_OF_NAME);
}

/**
 * A value that somebody sent, for a message: short, and at the same small cost whatever it is. JSON, but for what JSON
 * has no word for. It looks at two levels of four entries each, so neither a deep nor a long value takes time.
 */
export function showValue(value: unknown): string {
  try {
    return cutText(show(value, MOST_LEVELS), MOST_OF_VALUE);
  } catch {
    return 'a value that cannot be read'; // a getter or a Proxy threw
  }
}

function show(value: unknown, levels: number): string {
  if (typeof value === 'string') return JSON.stringify(cutText(value, MOST_OF_VALUE));
  if (typeof value === 'bigint') return 'a bigint'; // to write a large one down takes long
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'object') return typeof value;
  if (Array.isArray(value)) {
    if (levels === 0) return '[…]';
    const shown = value.slice(0, MOST_ENTRIES).map((item: unknown) => show(item, levels - 1));
    return `[${withRest(shown, value.length).join(',')}]`;
  }
  if (ArrayBuffer.isView(value)) return `${value.constructor.name} of ${countOf(value.byteLength, 'byte')}`;
  if (levels === 0) return '{…}';
  const keys = Object.keys(value);
  const shown = keys.slice(0, MOST_ENTRIES).map((key) => {
    return `${JSON.stringify(cutName(key))}:${show((value as Record<string, unknown>)[key], levels - 1)}`;
  });
  return `{${withRest(shown, keys.length).join(',')}}`;
}

function withRest(shown: readonly string[], length: number): readonly string[] {
  return length > shown.length ? [...shown, '…'] : shown;
}

/** At most so many characters of a text. */
export function cutText(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}
