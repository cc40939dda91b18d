import { describe, expect, it } from 'vitest';
import { bootstrapIntervals } from './bootstrap.js';
import { mean } from './summary.js';

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

  it('draws a group as one: four images of two patients vary as two, not as four', () => {
    const samples = [0, 0, 1, 1].map((value) => ({ value, group: `patient ${value}` }));
    expect(bootstrapIntervals(samples, meanValue, options).mean).toEqual([0, 1]);
  });

  it('passes over resamples that do not define a statistic, and has none for a single group', () => {
    const samples = [1, 2, 3].map((value) => ({ value, group: `${value}` }));
    const atTimes = { odd: (drawn: readonly { value: number }[]) => (drawn[0]!.value === 2 ? Number.NaN : 7) };
    expect(bootstrapIntervals(samples, atTimes, options).odd).toEqual([7, 7]);
    expect(bootstrapIntervals(samples.slice(0, 1), meanValue, options).mean).toBeUndefined();
  });
});
