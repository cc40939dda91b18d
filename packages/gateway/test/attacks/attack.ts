import { requestOf } from '../send-raw.js';

/** Bytes that a stranger may send to a gateway, at most 256 KiB of them. */
export interface Attack {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** For an answer, which some get none of. */
  readonly waitMs: number;
}

const WAIT_MS = 3000;
/** What is no whole request. */
const WAIT_RAW_MS = 150;

/** Most of a request's body, with its head, within 256 KiB. */
export const MOST_BYTES = 2 ** 18;

export const repeat = (count: number, draw: (index: number) => string, between = ' '): string =>
  Array.from({ length: count }, (_, index) => draw(index)).join(between);

export function attack(
  name: string,
  line: string,
  headers: Record<string, string>,
  body: string | Uint8Array = '',
): Attack {
  const bytes = requestOf(line, headers, body);
  if (bytes.length > MOST_BYTES + 2000) throw new Error(`The attack "${name}" has ${bytes.length} bytes.`);
  return { name, bytes, waitMs: WAIT_MS };
}

export function raw(name: string, text: string | Uint8Array): Attack {
  return { name, bytes: Buffer.from(text as string, 'latin1'), waitMs: WAIT_RAW_MS };
}

/** A body as it is, for what JSON.stringify would not write. */
export function json(name: string, body: string): Attack {
  return attack(name, 'POST /graphql', { 'content-type': 'application/json' }, body);
}

export function query(name: string, text: string, rest: object = {}): Attack {
  return json(name, JSON.stringify({ query: text, ...rest }));
}
