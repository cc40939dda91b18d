import type { Statistics } from '../../statistics/bootstrap.js';
import { mean, median } from '../../statistics/summary.js';
import { measure } from '../report/metrics.js';
import { comparisonsOf, type ColumnRules, type ColumnScore } from './column-rules.js';
import { readCells } from './read-cells.js';

interface ValueComparison {
  /** Found less true, in the quantity's unit. */
  readonly difference: number;
  /** Whether the true value is in the interval; undefined for an answer without one. */
  readonly isWithin: boolean | undefined;
}

/**
 * Of each label, in its unit: the mean and the median absolute error, the mean error (found less true), and the share
 * of true values in their intervals. Beside a label `median_nerve`, `nerve` has no median: `mae_median_nerve` is the
 * mean of the former.
 */
export const valueRules: ColumnRules<'regression', ValueComparison> = {
  compare({ answer }, label, row, columns) {
    const [truth] = readCells(row, columns) ?? [];
    const found = answer.values.find((one) => one.label === label);
    if (truth === undefined || !found) return undefined;
    const { value, interval } = found;
    return {
      difference: value - truth,
      isWithin: interval && truth >= interval.lower && truth <= interval.upper,
    };
  },
  measure(scores, labels, seed) {
    const ofLabels = labels.map((label) => {
      const differences = (drawn: readonly ColumnScore<ValueComparison>[]): number[] =>
        comparisonsOf(drawn, label).map(({ difference }) => difference);
      const coverage = (drawn: readonly ColumnScore<ValueComparison>[]): number =>
        mean(
          comparisonsOf(drawn, label)
            .filter(({ isWithin }) => isWithin !== undefined)
            .map(({ isWithin }) => (isWithin === true ? 1 : 0)),
        );
      const statistics: Statistics<ColumnScore<ValueComparison>> = {
        [`mae_${label}`]: (drawn) => mean(differences(drawn).map(Math.abs)),
        ...(!labels.includes(`median_${label}`) && {
          [`mae_median_${label}`]: (drawn) => median(differences(drawn).map(Math.abs)),
        }),
        [`error_${label}`]: (drawn) => mean(differences(drawn)),
        [`interval_coverage_${label}`]: coverage,
      };
      const shares = { [`interval_coverage_${label}`]: [coverage] };
      // Groups without a true value say nothing of the interval.
      const known = scores.filter(({ byLabel }) => Object.hasOwn(byLabel, label));
      // Answers about another kind of image have no interval.
      const within = comparisonsOf(known, label).filter(({ isWithin }) => isWithin !== undefined).length;
      const count = (name: string): number => (Object.hasOwn(shares, name) ? within : known.length);
      return measure(known, statistics, { seed, shares, count });
    });
    return Object.assign({}, ...ofLabels) as ReturnType<typeof measure>;
  },
};
