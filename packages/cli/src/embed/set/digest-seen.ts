import { createHash } from 'node:crypto';

/** The splits of which a training looks at images: to learn from them, and to choose by them. */
const SEEN: readonly (string | undefined)[] = ['train', 'val'];

/** An image of a set, as the index names it. */
export interface Listed {
  readonly file: string | undefined;
  readonly split: string | undefined;
}

/**
 * SHA-256 of the list of images that a head sees in training, in any order. Embedding notes it and evaluation compares:
 * where a set has changed between the two, images that a head has seen may be among those that it is measured on.
 * Undefined where the set has no such images.
 */
export function digestSeen(rows: readonly Listed[]): string | undefined {
  const seen = rows.filter(({ split }) => SEEN.includes(split)).map(({ file = '' }) => file.replaceAll('\\', '/'));
  if (seen.length === 0) return undefined;
  const listed = [...new Set(seen)].toSorted();
  return createHash('sha256').update(JSON.stringify(listed)).digest('hex');
}
