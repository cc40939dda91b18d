import { createHash } from 'node:crypto';
import { groupBy } from '../statistics/group-by.js';
import { FEWEST } from './say-scarce.js';

/** What a split is drawn from: the label for its share, the group so that one patient is on one side only. */
export interface Splittable {
  readonly label: string | undefined;
  readonly group: string;
}

/** Shares of the groups of each label. What is left is `train`. */
export type Shares = Readonly<Record<string, number>>;

export const TRAIN = 'train';

const WHOLE_SHARES: Shares = { val: 0.15, test: 0.15 };

/**
 * The splits of a set that names none. Training and evaluation must draw the same ones, so both call this with the rows
 * that have images.
 */
export function drawAllSplits(rows: readonly Splittable[], seed: number): string[] {
  return assignSplits(rows, WHOLE_SHARES, seed);
}

/**
 * A split for each row: of the groups of each label, `shares` of them drawn with `seed`, and the others `train`. Where
 * a label has as many groups as training needs images, each split has at least as many groups; where it has as many
 * images, as many images; else one group, and `train` comes first. A group of several labels counts for its first.
 */
export function assignSplits(rows: readonly Splittable[], shares: Shares, seed: number): string[] {
  const splitOf = new Map<string, string>();
  const labelOf = new Map<string, string>();
  for (const { group, label = '' } of rows) if (!labelOf.has(group)) labelOf.set(group, label);
  const images = groupBy(
    rows.filter(({ group, label = '' }) => labelOf.get(group) === label),
    ({ group }) => group,
  );
  const needed = fewest(TRAIN) + Object.keys(shares).reduce((sum, split) => sum + fewest(split), 0);
  for (const groups of groupBy([...labelOf.keys()], (group) => labelOf.get(group)!).values()) {
    const drawn = groups
      .map((group) => ({ group, lot: lotOf(group, seed) }))
      .sort((a, b) => (a.lot < b.lot ? -1 : 1))
      .map(({ group }) => group);
    const sizeOf = (group: string): number => (groups.length >= needed ? 1 : images.get(group)!.length);
    const areEnough = groups.reduce((sum, group) => sum + sizeOf(group), 0) >= needed;
    for (const [place, [split, share]] of Object.entries(shares).entries()) {
      const spare = drawn.length - 1; // one stays for training
      const later = Object.keys(shares).length - 1 - place;
      const wanted = countUntil(drawn.map(sizeOf), areEnough ? fewest(split) : 1);
      const least = Math.min(wanted, Math.max(1, spare - later)); // nor is a later split left without
      const count = Math.min(spare, Math.max(least, Math.round(groups.length * share)));
      for (const group of drawn.splice(0, Math.max(0, count))) splitOf.set(group, split);
    }
    for (const group of drawn) splitOf.set(group, TRAIN);
  }
  return rows.map(({ group }) => splitOf.get(group)!);
}

/** How many of these, from the first on, add up to `sum`. */
function countUntil(sizes: readonly number[], sum: number): number {
  let [count, reached] = [0, 0];
  for (; count < sizes.length && reached < sum; count += 1) reached += sizes[count]!;
  return count;
}

function fewest(split: string): number {
  return Object.entries(FEWEST).find(([name]) => name === split)?.[1] ?? 1;
}

/**
 * Of a group's name and not of its turn: an image that is added or taken away leaves the lots of all others as they
 * are, so that hardly any comes from `train` into another split.
 */
function lotOf(group: string, seed: number): string {
  return createHash('sha256').update(`${seed}\n${group}`).digest('hex');
}
