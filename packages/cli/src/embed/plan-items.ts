import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { drawAugmentation, type Augmentation, type Change } from './augmentation.js';
import { TRAIN } from './set/assign-splits.js';
import type { EmbedRow } from './set/embed-row.type.js';

/** One embedding to be made: an image as it is (copy 0), or an augmented copy of it. */
export interface EmbedItem {
  readonly row: EmbedRow;
  readonly copy: number;
  /** Undefined for copy 0. */
  readonly augmentation: Augmentation | undefined;
}

export interface CopyOptions {
  /** Augmented copies of each image of the split train. */
  readonly copies: number;
  readonly changes: readonly Change[];
  readonly seed: number;
}

/** The embeddings of a set in order: each image, followed by its copies. Only the split train has copies. */
export function planItems(rows: readonly EmbedRow[], { copies, changes, seed }: CopyOptions): EmbedItem[] {
  return rows.flatMap((row) =>
    Array.from({ length: row.split === TRAIN ? copies + 1 : 1 }, (_, copy): EmbedItem => ({
      row,
      copy,
      augmentation: copy === 0 ? undefined : drawAugmentation({ seed, file: row.file, copy }, changes),
    })),
  );
}

/** A digest of all that decides what is written: a run that stopped may go on only where it is the same. */
export async function digestPlan(
  items: readonly EmbedItem[],
  settings: { readonly kept: { readonly masks: boolean } } & Readonly<Record<string, unknown>>,
): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(settings));
  for (const { row, copy, augmentation } of items) {
    const { file, label, split, mask, group, cells } = row;
    // Nothing where there are none, as before there were any.
    const further = Object.keys(cells).length > 0 && copy === 0 ? [cells] : [];
    const states = copy === 0 ? [await stateOf(row.path), settings.kept.masks && (await stateOf(row.maskPath))] : [];
    hash.update(JSON.stringify([file, label, split, mask, group, copy, augmentation, ...states, ...further]));
  }
  return hash.digest('hex');
}

/** A file that is not there fails when its turn comes. */
async function stateOf(path: string | undefined): Promise<readonly number[] | null> {
  if (path === undefined) return null;
  return stat(path).then(
    ({ size, mtimeMs }) => [size, mtimeMs],
    () => null,
  );
}
