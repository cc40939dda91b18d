import { groupBy } from './group-by.js';
import { countDefining, isMostExtreme, sharesInterval } from './exact-interval.js';
import { LEAST_GROUPS } from './few-groups.js';
import { mean, quantile } from './summary.js';

export interface BootstrapOptions<T> {
  readonly seed: number;
  /**
   * Samples of one group are drawn together: images of one patient are not independent, and pretending so narrows the
   * interval.
   */
  readonly groupOf: (sample: T) => string;
  readonly resamples?: number;
  /**
   * By statistic that is a share, a mean of what lies in 0..1 such as accuracy, or the mean of several: these shares.
   */
  readonly shares?: Readonly<Record<string, readonly Statistic<T>[]>>;
  /**
   * By statistic that only some groups say anything of, or that compares two kinds of them: statistics of which each is
   * defined on the groups that count. Those of `shares` count anyway.
   */
  readonly parts?: Readonly<Record<string, readonly Statistic<T>[]>>;
  /** Statistics from 0 up that noise makes larger, such as a calibration error. */
  readonly biased?: readonly string[];
}

/** NaN where samples do not define it. */
export type Statistic<T> = (samples: readonly T[]) => number;

/** Statistics of a set of samples by name. */
export type Statistics<T> = Readonly<Record<string, Statistic<T>>>;

export type Interval = readonly [low: number, high: number];

/** A single group does not vary. */
const LEAST_DRAWN = 2;

/**
 * 95 % percentile intervals of each statistic, by drawing groups with replacement; the same for the same seed. Three
 * cases are apart:
 *
 * - Of fewer than 6 groups there is none (see `LEAST_GROUPS`). Where only some groups define a statistic, these
 *   count: of accuracy on a label those with the label, of an AUROC those of the side with fewer.
 * - Where every group has the same value, all resamples are alike, which does not make it certain. A share that is 1 or
 *   0 throughout has its exact binomial interval over groups (see `sharesInterval`); any other statistic, such as an
 *   AUROC of 1, has none.
 * - Where noise makes a statistic larger, resamples read higher than the set: the bootstrap's bias, the mean of the
 *   resamples less the value (Efron, Tibshirani: An introduction to the bootstrap, 1993, chapter 10), is taken off both
 *   bounds, which do not fall below 0. The plain percentiles could leave out the value itself.
 */
export function bootstrapIntervals<T, S extends Statistics<T>>(
  samples: readonly T[],
  statistics: S,
  { seed, groupOf, resamples = 2000, shares = {}, parts = {}, biased = [] }: BootstrapOptions<T>,
): Readonly<Record<keyof S, Interval | undefined>> {
  const groups = [...groupBy(samples, groupOf).values()];
  const random = createRandom(seed);
  const drawn: Record<string, number[]> = Object.fromEntries(Object.keys(statistics).map((name) => [name, []]));
  for (let round = 0; round < resamples && groups.length >= LEAST_DRAWN; round += 1) {
    const resample = groups.flatMap(() => groups[Math.floor(random() * groups.length)]!);
    for (const [name, statistic] of Object.entries(statistics)) drawn[name]!.push(statistic(resample));
  }
  const entries = Object.entries(drawn).map(([name, values]) => {
    const defined = values.filter((value) => !Number.isNaN(value));
    if (defined.length === 0) return [name, undefined];
    const statistic = statistics[name]!;
    if (isAlike(groups, statistic, defined)) {
      const value = statistic(samples);
      return [name, shares[name] && isMostExtreme(value) ? sharesInterval(value, groups, shares[name]) : undefined];
    }
    const defining = countDefining(groups, [...(shares[name] ?? []), ...(parts[name] ?? [])]);
    if (Math.min(groups.length, ...defining) < LEAST_GROUPS) return [name, undefined];
    const bounds = [quantile(defined, 0.025), quantile(defined, 0.975)];
    if (!biased.includes(name)) return [name, bounds];
    const bias = mean(defined) - statistic(samples);
    return [name, bounds.map((bound) => Math.max(0, bound - bias))];
  });
  return Object.fromEntries(entries) as Record<keyof S, Interval | undefined>;
}

/** Whether nothing varies: neither the resamples nor, where one group alone defines the statistic, the groups. */
function isAlike<T>(groups: readonly (readonly T[])[], statistic: Statistic<T>, resampled: readonly number[]): boolean {
  const [first] = resampled;
  return (
    resampled.every((value) => value === first) &&
    groups.map(statistic).every((value) => Number.isNaN(value) || value === first)
  );
}

/** 0..1, the same row of numbers for the same seed (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
