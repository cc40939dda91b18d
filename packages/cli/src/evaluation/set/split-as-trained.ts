import type { HeadDescription } from '@medzoo/core';
import { drawAllSplits, TRAIN } from '../../embed/set/assign-splits.js';
import { digestSeen } from '../../embed/set/digest-seen.js';
import { listNames } from '../../terminal/list-names.js';
import type { DataSet, Row } from './data-set.js';
import { selectRows, type SelectedRows, type Selection } from './select-rows.js';
import { countOf } from '../../terminal/format.js';

/** How many of the sets that heads learnt from are named. */
const SHOWN_SETS = 5;

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
  const known = heads.flatMap(({ trained }) => trained.trainedOn.filter(({ dataset }) => dataset === name));
  const hasSplits = rows.some(({ split }) => split !== undefined);
  if (hasSplits) return { rows, warnings: sayOtherImages(rows, known) };
  if (known.length === 0) return { rows, warnings: [] };
  const pictured = rows.filter(({ image }) => image !== undefined);
  const drawn = drawAllSplits(pictured, seed);
  const split = pictured.map((row, index) => ({ ...row, split: drawn[index] }));
  return {
    rows: split,
    warnings: [
      `The set names no splits, and the head learnt from it: splits are drawn with seed ${seed}, as medzoo ` +
        'embed draws them. If you embedded with another --seed, give the same one here.',
      ...sayOtherImages(split, known),
      ...sayOtherCount(split, known),
    ],
  };
}

type TrainingSet = HeadDescription['trained']['trainedOn'][number];

/** A set in which other images are to be learnt from than when it was embedded, or that was drawn with another seed. */
function sayOtherImages(rows: readonly Row[], known: readonly TrainingSet[]): string[] {
  const noted = known.flatMap(({ seen }) => seen ?? []);
  if (noted.length === 0) return [];
  // Rows without an image, which embedding leaves out, are no part of what was seen.
  const pictured = rows.filter(({ image }) => image !== undefined);
  const now = digestSeen(pictured.map(({ listed, split }) => ({ file: listed.image, split })));
  if (now === undefined || noted.every((seen) => seen === now)) return [];
  return [
    'The images of train and val are not those that the head was trained with: it may have learnt from images that ' +
      'are measured now, and the numbers be too good. Embed and train again where images were added, removed, ' +
      'renamed or moved to another split since, or give the --seed that the embeddings were made with.',
  ];
}

/** The same of a head that does not know which images it saw: the count tells most of these. */
function sayOtherCount(rows: readonly Row[], known: readonly TrainingSet[]): string[] {
  const learnt = rows.filter(({ split }) => split === TRAIN);
  const now = [learnt.length, learnt.filter(({ mask }) => mask !== undefined).length];
  const other = known.find(({ n, seen }) => seen === undefined && !now.includes(n));
  if (other === undefined) return [];
  return [
    `The head learnt from ${countOf(other.n, 'image')} of this set, and ${learnt.length} would be drawn now. Where ` +
      'images or labels were left out, that is why. Where some were added or removed since, or the seed was another, ' +
      'images that it learnt from may be among those measured: name the splits in a column split of index.csv.',
  ];
}

/**
 * What a person should know of a set that is measured as a whole: it may be one that the head learnt from, under
 * another name. Nothing where the set names splits, or where it is not known what the head learnt from.
 */
export function sayWhole(
  { name, rows }: Pick<DataSet, 'name' | 'rows'>,
  { trained }: Pick<HeadDescription, 'trained'>,
): string[] {
  const learnt = [...new Set(trained.trainedOn.map(({ dataset }) => dataset))];
  if (learnt.length === 0 || learnt.includes(name) || rows.some(({ split }) => split !== undefined)) return [];
  return [
    'The set names no splits, and the head learnt from none of its name: all images are measured. It learnt from ' +
      `${listNames(learnt, SHOWN_SETS)}. If this is one of them under another name, the numbers are too good: give ` +
      'its folder that name, or name the splits in a column split of index.csv.',
  ];
}
