import { countOf } from '../terminal/format.js';

/**
 * Below as many groups there is no percentile interval: even the whole range of five values leaves out the median of
 * what they are drawn from once in 16 times (2 * 0.5 ** 5), which is more than the 5 % of a 95 % interval.
 */
export const LEAST_GROUPS = 6;

/** From as many groups on, a percentile interval of a mean holds the true one 9 times in 10 also where it is skewed. */
const ENOUGH_GROUPS = 20;

/** What a reader of intervals over so few groups, such as patients, should know; nothing where nothing was measured. */
export function sayFewGroups({ n, n_groups: groups }: { readonly n: number; readonly n_groups: number }): string[] {
  if (n === 0 || groups >= ENOUGH_GROUPS) return [];
  const [one, others] = groups < n ? ['group', 'groups'] : ['image', 'images'];
  if (groups < LEAST_GROUPS) {
    return [
      `${countOf(groups, one)}: an interval takes ${LEAST_GROUPS} ${others}, and of fewer there is one only for a ` +
        'share that is 0 or 1 in all of them.',
    ];
  }
  return [
    `${groups} ${others}: resampling so few makes intervals too narrow. Of 6 they hold the true number about 85 ` +
      'times in 100, of 10 about 88, and of 20 about 92, not 95.',
  ];
}
