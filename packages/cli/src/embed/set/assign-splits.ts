import { createHash } from 'node:crypto';
import { groupBy } from '../../statistics/group-by.js';
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

/** Images of one patient: they go to one split together. */
interface Group {
  readonly group: string;
  readonly size: number;
}

/**
 * A split for each row: of the groups of each label, `shares` of them drawn with `seed`, and the others `train`. Where
 * a label has as many groups as training needs images, each split has at least as many groups; where it has as many
 * images, as many images if its groups can be parted so; else one group, and `train` comes first. A group of several
 * labels counts for its first.
 */
export function assignSplits(rows: readonly Splittable[], shares: Shares, seed: number): string[] {
  const splitOf = new Map<string, string>();
  const labelOf = new Map<string, string>();
  for (const { group, label = '' } of rows) if (!labelOf.has(group)) labelOf.set(group, label);
  const images = groupBy(
    rows.filter(({ group, label = '' }) => labelOf.get(group) === label),
    ({ group }) => group,
  );
  for (const groups of groupBy([...labelOf.keys()], (group) => labelOf.get(group)!).values()) {
    let left = groups
      .map((group) => ({ group, size: images.get(group)!.length, lot: lotOf(group, seed) }))
      .sort((a, b) => (a.lot < b.lot ? -1 : 1));
    const needs = planNeeds(left, Object.keys(shares));
    for (const [place, [split, share]] of Object.entries(shares).entries()) {
      const count = Math.round(groups.length * share);
      const others = [needs?.train ?? 0, ...(needs?.drawn.slice(place + 1) ?? [])];
      const taken = needs
        ? takeOfFew(left, count, { own: needs.drawn[place] ?? 0, others })
        : left.slice(0, Math.max(count, fewest(split)));
      for (const { group } of taken) splitOf.set(group, split);
      left = left.filter(({ group }) => !splitOf.has(group));
    }
    for (const { group } of left) splitOf.set(group, TRAIN);
  }
  return rows.map(({ group }) => splitOf.get(group)!);
}

/**
 * How many images `train` and each split that is drawn must have of few groups: as many as training needs, or one where
 * that cannot be, the last split first. Undefined where the groups alone are as many as are needed.
 */
function planNeeds(
  groups: readonly Group[],
  splits: readonly string[],
): { readonly train: number; readonly drawn: readonly number[] } | undefined {
  const all = [TRAIN, ...splits].map(fewest);
  if (groups.length >= sum(all)) return undefined;
  const sizes = groups.map(({ size }) => size);
  const possible = all.slice(0, groups.length); // each split has a group of its own, as far as they go
  const most = sum(sizes) >= sum(all) ? possible.length : 0;
  const tried = Array.from({ length: most }, (_, step) =>
    possible.map((need, place) => (place < most - step ? need : 1)),
  );
  const [train = 1, ...drawn] = tried.find((needs) => canFill(sizes, needs)) ?? possible.map(() => 1);
  return { train, drawn };
}

/**
 * The first groups, at least `count` of them with `own` images. One is passed over if the `others` could not get as
 * many images as they need without it.
 */
function takeOfFew(
  groups: readonly Group[],
  count: number,
  { own, others }: { readonly own: number; readonly others: readonly number[] },
): readonly Group[] {
  const taken: Group[] = [];
  let reached = 0;
  for (const group of groups) {
    if (taken.length >= count && reached >= own) break;
    const left = groups.filter((other) => other !== group && !taken.includes(other)).map(({ size }) => size);
    const lacking = Math.max(0, own - reached - group.size);
    if (!canFill(left, [lacking, ...others])) continue;
    taken.push(group);
    reached += group.size;
  }
  return taken;
}

/** Whether groups of these sizes can be parted so that each part has at least as many images as it needs. */
function canFill(sizes: readonly number[], needs: readonly number[]): boolean {
  let open = [needs];
  for (const size of sizes.toSorted((a, b) => b - a)) {
    const next = open.flatMap((lacking) =>
      lacking.map((_, part) => lacking.map((need, place) => (place === part ? Math.max(0, need - size) : need))),
    );
    if (next.some((lacking) => sum(lacking) === 0)) return true;
    open = [...new Map(next.map((lacking) => [lacking.join(), lacking])).values()];
  }
  return sum(needs) === 0;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
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
