import type { HeadDescription } from '@medzoo/core';
import { drawAllSplits } from '../../embed/assign-splits.js';
import type { DataSet, Row } from './data-set.js';
import { selectRows, type SelectedRows, type Selection } from './select-rows.js';

export interface SelectedAsTrained extends SelectedRows {
  readonly warnings: readonly string[];
}

/**
 * The rows to measure heads on: of a split that the index names or, if it names none, that embedding drew. `head` is
 * the one that is asked; any of them may be where it is undefined.
 */
export function selectAsTrained(
  set: Pick<DataSet, 'name' | 'rows' | 'notes'>,
  heads: readonly Pick<HeadDescription, 'manifest' | 'trained'>[],
  { head, ...selection }: Selection & { readonly head: string | undefined },
): SelectedAsTrained {
  const learnt = heads.filter(({ manifest }) => head === undefined || manifest.id === head);
  const { rows, warnings } = splitAsTrained(set, learnt, selection.seed);
  return { ...selectRows(rows, selection), warnings: [...set.notes, ...warnings] };
}

/**
 * The rows of a set, with splits where its index names none and a head learnt from it: those that `medzoo embed` drew
 * with the same seed. Without them the head would be measured on the images that it was trained on.
 */
export function splitAsTrained(
  { name, rows }: Pick<DataSet, 'name' | 'rows'>,
  heads: readonly Pick<HeadDescription, 'trained'>[],
  seed: number,
): { readonly rows: readonly Row[]; readonly warnings: readonly string[] } {
  const hasSplits = rows.some(({ split }) => split !== undefined);
  const isKnown = heads.some(({ trained }) => trained.trainedOn.some(({ dataset }) => dataset === name));
  if (hasSplits || !isKnown) return { rows, warnings: [] };
  const pictured = rows.filter(({ image }) => image !== undefined);
  const drawn = drawAllSplits(pictured, seed);
  return {
    rows: pictured.map((row, index) => ({ ...row, split: drawn[index] })),
    warnings: [
      `The set names no splits, and the head learnt from it: splits are drawn with seed ${seed}, as medzoo ` +
        'embed draws them. If you embedded with another --seed, give the same one here.',
    ],
  };
}
