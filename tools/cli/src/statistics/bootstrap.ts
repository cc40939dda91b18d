import { groupBy } from './group-by.js';
import { quantile } from './summary.js';

export interface BootstrapOptions<T> {
  readonly seed: number;
  /** Samples of one group are drawn together: images of one patient are not independent, and pretending so narrows the interval. */
  readonly groupOf: (sample: T) => string;
  readonly resamples?: number;
}

/** Statistics of a set of samples; NaN where a resample does not define one. */
export type Statistics<T> = Readonly<Record<string, (samples: readonly T[]) => number>>;

export type Interval = readonly [low: number, high: number];

/** Below as many groups a percentile interval says nothing. */
const LEAST_GROUPS = 2;

/** 95 % percentile intervals of each statistic, by drawing groups with replacement; the same for the same seed. */
export function bootstrapIntervals<T, S extends Statistics<T>>(
  samples: readonly T[],
  statistics: S,
  { seed, groupOf, resamples = 2000 }: BootstrapOptions<T>,
): Readonly<Record<keyof S, Interval | undefined>> {
  const groups = [...groupBy(samples, groupOf).values()];
  const random = createRandom(seed);
  const drawn: Record<string, number[]> = Object.fromEntries(Object.keys(statistics).map((name) => [name, []]));
  for (let round = 0; round < resamples && groups.length >= LEAST_GROUPS; round += 1) {
    const resample = groups.flatMap(() => groups[Math.floor(random() * groups.length)]!);
    for (const [name, statistic] of Object.entries(statistics)) drawn[name]!.push(statistic(resample));
  }
  const entries = Object.entries(drawn).map(([name, values]) => {
    const defined = values.filter((value) => !Number.isNaN(value));
    return [name, defined.length === 0 ? undefined : [quantile(defined, 0.025), quantile(defined, 0.975)]];
  });
  return Object.fromEntries(entries) as Record<keyof S, Interval | undefined>;
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
