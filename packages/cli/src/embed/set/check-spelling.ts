import { CommandError } from '../../command-error.js';
import { groupBy } from '../../statistics/group-by.js';
import { countOf } from '../../terminal/format.js';

/** What data sets call the splits that training reads; medzoo-train refuses the same ones (embeddings/splits.py). */
const MEANT: Readonly<Record<string, string>> = {
  train: 'train',
  training: 'train',
  val: 'val',
  valid: 'val',
  validation: 'val',
  dev: 'val',
  development: 'val',
  test: 'test',
  testing: 'test',
};

/**
 * Throws a CommandError for labels that differ in case or in spaces around them only: each would be a class of its own.
 * `npm create @medzoo/head` and medzoo-train say it in the same words.
 */
export function checkSpelling(labels: readonly (string | undefined)[]): void {
  const named = labels.filter((label) => label !== undefined);
  for (const alike of groupBy(named, (label) => label.trim().toLowerCase()).values()) {
    const spellings = [...groupBy(alike, (label) => label)].toSorted(([a], [b]) => (a < b ? -1 : 1));
    if (spellings.length < 2) continue;
    const counted = spellings.map(([label, all]) => `"${label}" (${countOf(all.length, 'image')})`).join(' and ');
    throw new CommandError(
      `The labels ${counted} differ in case or in spaces around them only, and would be classes of their own. Write ` +
        "them alike in index.csv, or in the folders' names.",
    );
  }
}

/** Throws a CommandError for a split that is called almost as one that training reads: nothing would read it. */
export function checkSplits(splits: readonly string[]): void {
  for (const split of splits) {
    const name = split.trim().toLowerCase();
    const meant = Object.hasOwn(MEANT, name) ? MEANT[name]! : split;
    if (meant === split) continue;
    throw new CommandError(
      `The split "${split}" is unknown. Did you mean ${meant}? Training reads train, val and test: write ${meant} in ` +
        'the column split of index.csv.',
    );
  }
}
