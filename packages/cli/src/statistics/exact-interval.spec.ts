import { expect, it } from 'vitest';
import { sharesInterval } from './exact-interval.js';
import { mean } from './summary.js';

const groups = [[1], [1], [1, 1], [1]];

it('sharesInterval is that of Clopper and Pearson for all of n, or none: 0.025 ** (1 / 4) = 0.398', () => {
  expect(sharesInterval(1, groups, [mean])).toEqual([expect.closeTo(0.397635), 1]);
  expect(sharesInterval(0, groups, [mean])).toEqual([0, expect.closeTo(0.602365)]);
});

it('sharesInterval averages several shares, each on the groups that define it', () => {
  const ofPairs = (group: readonly number[]) => (group.length > 1 ? 1 : Number.NaN);
  expect(sharesInterval(1, groups, [mean, ofPairs])).toEqual([expect.closeTo((0.397635 + 0.025) / 2), 1]);
  expect(sharesInterval(1, groups, [() => Number.NaN])).toBeUndefined();
});
