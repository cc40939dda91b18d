import { CommandError } from '../../command-error.js';
import { createRandom } from '../../statistics/bootstrap.js';
import { groupBy } from '../../statistics/group-by.js';
import { countOf } from '../../terminal/format.js';
import { listNames } from '../../terminal/list-names.js';
import type { Row } from './data-set.js';
import { isSameName } from './names.js';

export interface Selection {
  /** 'all' for every row. */
  readonly split: string;
  readonly excludedLabels: readonly string[];
  /** At most as many rows, drawn at random with `seed`: the first ones of a sorted index would be all alike. */
  readonly limit: number | undefined;
  readonly seed: number;
}

export interface SelectedRows {
  readonly rows: readonly Row[];
  /** 'all' also where the set has no splits. */
  readonly split: string;
}

/** The rows to evaluate, in the order of the index; throws a CommandError where none is left. */
export function selectRows(rows: readonly Row[], { split, excludedLabels, limit, seed }: Selection): SelectedRows {
  const splits = distinct(rows.map((row) => row.split));
  const isWhole = splits.length === 0 || (split === 'all' && !splits.includes(split));
  if (!isWhole) checkCase(splits);
  if (!isWhole && !splits.includes(split)) {
    throw new CommandError(`The set has no split "${split}". There are ${listNames(splits)}; "all" takes every row.`);
  }
  if (!isWhole) checkNamed(rows);
  const labels = distinct(rows.map(({ label }) => label));
  const meant = excludedLabels.map((excluded) => labelsMeant(labels, excluded));
  const unknown = excludedLabels.find((_, index) => meant[index]!.length === 0);
  if (unknown !== undefined) {
    throw new CommandError(`No row has the label "${unknown}". There are ${listNames(labels)}.`);
  }
  const excluded = new Set(meant.flat());
  const left = rows
    .filter((row) => isWhole || row.split === split)
    .filter(({ label }) => label === undefined || !excluded.has(label));
  if (left.length === 0) throw new CommandError('No row is left to evaluate.');
  return { rows: limit === undefined ? left : sample(left, limit, seed), split: isWhole ? 'all' : split };
}

/** All that are spelt so but for their case; where none is, all that mean the same. */
function labelsMeant(labels: readonly string[], wanted: string): string[] {
  const spelt = labels.filter((label) => label.toLowerCase() === wanted.toLowerCase());
  return spelt.length > 0 ? spelt : labels.filter((label) => isSameName(label, wanted));
}

/** What is there, each once, in order of appearance. */
export function distinct(values: readonly (string | undefined)[]): string[] {
  return [...new Set(values.filter((value) => value !== undefined))];
}

/**
 * Throws a CommandError for rows without a split beside others with one, as embedding does too: they would be in no
 * split, and be left out without a word.
 */
export function checkNamed(rows: readonly Pick<Row, 'split'>[]): void {
  const splits = distinct(rows.map(({ split }) => split));
  const bare = rows.filter(({ split }) => split === undefined).length;
  if (bare === 0 || splits.length === 0) return;
  throw new CommandError(
    `${countOf(bare, 'row')} of index.csv ${bare === 1 ? 'names' : 'name'} no split, and the others do ` +
      `(${listNames(splits)}). Name one in each row, or in none.`,
  );
}

/** Of two spellings of one split, half of its images would be left out without a word. */
function checkCase(splits: readonly string[]): void {
  const alike = [...groupBy(splits, (split) => split.toLowerCase()).values()].find(({ length }) => length > 1);
  if (alike === undefined) return;
  const [first, other] = alike;
  throw new CommandError(`The splits "${first!}" and "${other!}" differ in case only. Spell them alike in index.csv.`);
}

/** What a person should know of images without masks that stand in several rows, each of which counts. */
export function sayRepeated(rows: readonly Row[]): string[] {
  const labelled = rows.filter(({ image, mask, label }) => image !== undefined && mask === undefined && label !== '');
  const repeated = [...groupBy(labelled, ({ image }) => image!).values()].filter((of) => of.length > 1);
  if (repeated.length === 0) return [];
  const torn = repeated.filter((of) => distinct(of.map(({ label }) => label)).length > 1).length;
  return [
    `Listed in several rows, each of which counts: ${countOf(repeated.length, 'image')}` +
      `${torn > 0 ? `, of which ${torn} with several labels` : ''}. Take the rows that are wrong out of index.csv.`,
  ];
}

function sample(rows: readonly Row[], limit: number, seed: number): Row[] {
  const random = createRandom(seed);
  const drawn = rows.map((row) => ({ row, lot: random() })).sort((a, b) => a.lot - b.lot);
  const kept = new Set(drawn.slice(0, limit).map(({ row }) => row));
  return rows.filter((row) => kept.has(row));
}
