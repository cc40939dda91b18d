import { expect, it } from 'vitest';
import { LEAST_GROUPS, sayFewGroups } from './few-groups.js';

it('takes as many groups as it needs for their range to leave out the median in at most 5 % of draws', () => {
  const leftOut = (groups: number) => 2 * 0.5 ** groups;
  expect(leftOut(LEAST_GROUPS)).toBeLessThanOrEqual(0.05);
  expect(leftOut(LEAST_GROUPS - 1)).toBeGreaterThan(0.05);
});

it('says that intervals of few patients are too narrow, or that there are none', () => {
  expect(sayFewGroups({ n: 40, n_groups: 2 })[0]).toMatch(/^2 groups: an interval takes 6 groups/);
  expect(sayFewGroups({ n: 1, n_groups: 1 })[0]).toMatch(/^1 image: an interval takes 6 images/);
  expect(sayFewGroups({ n: 70, n_groups: 14 })[0]).toMatch(/^14 groups: .* too narrow/);
  expect(sayFewGroups({ n: 70, n_groups: 20 })).toEqual([]);
  expect(sayFewGroups({ n: 0, n_groups: 0 })).toEqual([]);
});
