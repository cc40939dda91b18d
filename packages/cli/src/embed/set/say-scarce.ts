import { groupBy } from '../../statistics/group-by.js';
import { listNames } from '../../terminal/list-names.js';
import type { EmbedRow } from './embed-row.type.js';

/** Fewer images with a label are refused by medzoo-train (embeddings/splits.py, FEWEST). */
export const FEWEST = { train: 10, val: 5, test: 5 } as const;
const SPLITS = Object.keys(FEWEST) as (keyof typeof FEWEST)[];
/** It refuses fewer labels that are told apart, too. */
const FEWEST_LABELS = 2;
const MOST_NAMED = 3;

/**
 * What medzoo-train would refuse of a set, as sentences: said before minutes are spent on embeddings. A label is no
 * matter where masks are learnt from.
 */
export function sayScarce(
  rows: readonly EmbedRow[],
  { masks, isDrawn = false }: { readonly masks: boolean; readonly isDrawn?: boolean },
): string[] {
  const there = SPLITS.filter((split) => rows.some((row) => row.split === split));
  const absent = SPLITS.filter((split) => !there.includes(split));
  const notes: string[] = [];
  if (absent.length > 0) {
    const advice = isDrawn
      ? 'They are drawn by label, and what has one group, such as one patient, stays together: add images, or look ' +
        'at the column group of index.csv.'
      : 'Name them in the column split of index.csv, or delete that column: splits are then drawn.';
    notes.push(`No image is in the split ${listNames(absent)}, and training needs train, val and test. ${advice}`);
  }
  const labelled = rows.filter(({ label }) => label !== undefined && label !== '');
  const groups = masks || labelled.length === 0 ? new Map([['', [...rows]]]) : groupBy(labelled, ({ label }) => label!);
  const scarce = [...groups].flatMap(([label, own]) => {
    const short = there.flatMap((split) => {
      const count = own.filter((row) => row.split === split).length;
      return count < FEWEST[split] ? [`${count} in ${split}`] : [];
    });
    return short.length > 0 ? [`${label === '' ? 'all images' : `"${label}"`} (${short.join(', ')})`] : [];
  });
  if (scarce.length > 0) {
    const more = scarce.length - MOST_NAMED;
    const advice =
      groups.size - scarce.length < FEWEST_LABELS
        ? 'Add images, or move some between the splits by patient.'
        : 'Add images, move some between the splits by patient, or train with --leave-out LABEL.';
    notes.push(
      `Training will refuse too few images: ${scarce.slice(0, MOST_NAMED).join('; ')}` +
        `${more > 0 ? `; and ${more} more labels` : ''}. It needs ${FEWEST.train} in train, ${FEWEST.val} in val and ` +
        `${FEWEST.test} in test of each label. ${advice}`,
    );
  }
  return notes;
}
