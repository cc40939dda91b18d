import type { Interval, Statistic } from './bootstrap.js';
import { mean } from './summary.js';

/** Half of what a 95 % interval leaves out. */
const TAIL = 0.025;

/** Whether a share is all or nothing. */
export function isMostExtreme(share: number): share is 0 | 1 {
  return share === 0 || share === 1;
}

/**
 * The exact binomial 95 % interval of a share that is 1 in all n groups, 0.025^(1/n) to 1, or 0 in all, its mirror
 * (Clopper, Pearson: The use of confidence or fiducial limits illustrated in the case of the binomial, Biometrika 26,
 * 1934). It also holds where a group may have anything in 0..1, such as a Dice: the mean is at least the share of ones.
 * Of several shares it is the mean of their bounds, which is wide enough; each is measured on the groups that define
 * it. Undefined where a share has none.
 */
export function sharesInterval<T>(
  value: 0 | 1,
  groups: readonly (readonly T[])[],
  shares: readonly Statistic<T>[],
): Interval | undefined {
  const counts = countDefining(groups, shares);
  if (counts.length === 0 || counts.includes(0)) return undefined;
  const bound = mean(counts.map((count) => TAIL ** (1 / count)));
  return value === 1 ? [bound, 1] : [0, 1 - bound];
}

/** By share: how many groups define it, as those with an image of its label do. */
export function countDefining<T>(groups: readonly (readonly T[])[], shares: readonly Statistic<T>[]): number[] {
  return shares.map((share) => groups.filter((group) => !Number.isNaN(share(group))).length);
}
