import { describe, expect, it } from 'vitest';
import { bootstrapIntervals } from './bootstrap.js';
import { mean, median } from './summary.js';

const options = { seed: 1, groupOf: ({ group }: { group: string }) => group };
const meanValue = { mean: (samples: readonly { value: number }[]) => mean(samples.map(({ value }) => value)) };

describe('bootstrapIntervals', () => {
  it('comes near the normal interval of a mean, 0.5 ± 1.96 * 0.5 / 20', () => {
    const samples = Array.from({ length: 400 }, (_, index) => ({ value: index % 2, group: `${index}` }));
    const [low, high] = bootstrapIntervals(samples, meanValue, options).mean!;
    expect(low).toBeGreaterThan(0.44);
    expect(low).toBeLessThan(0.46);
    expect(high).toBeGreaterThan(0.54);
    expect(high).toBeLessThan(0.56);
  });

  it('is the same for the same seed, and another for another', () => {
    const samples = Array.from({ length: 30 }, (_, index) => ({ value: index ** 2, group: `${index}` }));
    const interval = (seed: number) => bootstrapIntervals(samples, meanValue, { ...options, seed }).mean;
    expect(interval(3)).toEqual(interval(3));
    expect(interval(3)).not.toEqual(interval(4));
  });

  it('draws a group as one: ten images of each of eight patients vary as eight, not as eighty', () => {
    const samples = Array.from({ length: 80 }, (_, index) => ({ value: index % 2, group: `patient ${index % 8}` }));
    const width = (groupOf: (sample: { group: string }, index?: number) => string) => {
      const [low, high] = bootstrapIntervals(samples, meanValue, { ...options, groupOf }).mean!;
      return high - low;
    };
    const alone = new Map(samples.map((sample, index) => [sample, `${index}`]));
    expect(width(({ group }) => group)).toBeGreaterThan(2.5 * width((sample) => alone.get(sample as never)!));
  });

  it('has no percentiles of fewer than six groups, whose whole range leaves out more than 5 %', () => {
    const samples = Array.from({ length: 12 }, (_, index) => ({ value: index, group: `${index}` }));
    expect(bootstrapIntervals(samples.slice(0, 5), meanValue, options).mean).toBeUndefined();
    expect(bootstrapIntervals(samples.slice(0, 6), meanValue, options).mean).toHaveLength(2);
    // Twelve images of five patients are five groups.
    const patients = samples.map(({ value }) => ({ value, group: `${value % 5}` }));
    expect(bootstrapIntervals(patients, meanValue, options).mean).toBeUndefined();
  });

  it('counts of a share only the groups that define it, and keeps what is exact of a few', () => {
    const samples = Array.from({ length: 12 }, (_, index) => ({ value: index % 2, group: `${index}` }));
    const of = (first: number) => (drawn: readonly { value: number; group: string }[]) =>
      mean(drawn.filter(({ group }) => Number(group) < first).map(({ value }) => value));
    const interval = (first: number, share = of(first)) =>
      bootstrapIntervals(samples, { share }, { ...options, shares: { share: [share] } }).share;
    expect(interval(6)).toHaveLength(2);
    expect(interval(5)).toBeUndefined();
    const odd = { share: meanValue.mean };
    const given = (first: number) => bootstrapIntervals(samples, odd, { ...options, parts: { share: [of(first)] } });
    expect(given(6).share).toHaveLength(2);
    expect(given(5).share).toBeUndefined();
    // The first image alone, at 0.
    expect(interval(1)).toEqual([0, 0.975]);
  });

  it('passes over resamples that do not define a statistic, and has none for a single group', () => {
    const samples = [1, 2, 3, 3, 3, 3].map((value, index) => ({ value, group: `${index}` }));
    const odd = ([{ value } = { value: 0 }]: readonly { value: number }[]) => (value === 2 ? Number.NaN : value);
    expect(bootstrapIntervals(samples, { odd }, options).odd).toEqual([1, 3]);
    expect(bootstrapIntervals(samples.slice(0, 1), meanValue, options).mean).toBeUndefined();
  });

  it('is exact for a share that is 1 or 0 in every group, and says nothing of another statistic that does not vary', () => {
    const all = (value: number) => Array.from({ length: 20 }, (_, index) => ({ value, group: `${index >> 1}` }));
    const interval = (value: number) =>
      bootstrapIntervals(all(value), meanValue, { ...options, shares: { mean: [meanValue.mean] } }).mean;
    // Ten groups: 0.025 ** (1 / 10).
    expect(interval(1)).toEqual([expect.closeTo(0.691503), 1]);
    expect(interval(0)).toEqual([0, expect.closeTo(0.308497)]);
    expect(interval(0.5)).toBeUndefined();
    expect(bootstrapIntervals(all(1), meanValue, options).mean).toBeUndefined();
  });

  it('keeps an interval without width where groups differ: the median of many alike and one other', () => {
    const samples = [3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 9].map((value, index) => ({ value, group: `${index}` }));
    const middle = { median: (drawn: readonly { value: number }[]) => median(drawn.map(({ value }) => value)) };
    expect(bootstrapIntervals(samples, middle, options).median).toEqual([3, 3]);
  });

  it('takes off what resampling adds to a statistic that noise makes larger', () => {
    // The size of a mean of 0: resamples are off 0 to either side, and all of them are above it.
    const samples = Array.from({ length: 100 }, (_, index) => ({ value: index % 2 ? 1 : -1, group: `${index}` }));
    const size = (drawn: readonly { value: number }[]) => Math.abs(mean(drawn.map(({ value }) => value))) + 0.01;
    const interval = (biased: readonly string[]) => bootstrapIntervals(samples, { size }, { ...options, biased }).size!;
    expect(interval([])[0]).toBeGreaterThanOrEqual(0.01);
    const [low, high] = interval(['size']);
    expect(low).toBe(0);
    expect(high).toBeCloseTo(interval([])[1] - 0.08, 2);
  });
});
