import type { HeadDescription } from '@medzoo/core';
import { CommandError } from '../command-error.js';
import { readDataSet } from '../evaluation/set/data-set.js';
import type { Selection } from '../evaluation/set/select-rows.js';
import { selectAsTrained } from '../evaluation/set/split-as-trained.js';

/**
 * Throws a CommandError where a set without splits would be recorded as a whole, unless that was asked for: a card
 * would say how good a head is on images that it may have learnt from, as the set may be known by another name.
 */
export async function checkRecordedSet(
  folder: string,
  heads: readonly Pick<HeadDescription, 'manifest' | 'trained'>[],
  selection: Selection & { readonly head: string | undefined },
): Promise<void> {
  const { rows, split } = selectAsTrained(await readDataSet(folder), heads, selection);
  if (split === selection.split || rows.some((row) => row.split !== undefined)) return;
  throw new CommandError(
    'The set names no splits, and the head learnt from none of its name, so all of its images would be measured. If ' +
      'the head has seen none of them, say so with --split all. If it learnt from this set under another name, give ' +
      'the folder that name, or name the splits in a column split of index.csv.',
  );
}
