import { isRankable, rankAuroc } from '../../statistics/auroc.js';
import type { Statistic, Statistics } from '../../statistics/bootstrap.js';
import { mean } from '../../statistics/summary.js';
import { measure } from '../report/metrics.js';
import { comparisonsOf, type ColumnRules, type ColumnScore } from './column-rules.js';
import { readPresence } from './read-cells.js';

interface LabelComparison {
  /** Whether the image has the label. */
  readonly isPositive: boolean;
  /** Its probability. */
  readonly score: number;
  /** Whether the probability reaches the label's threshold. */
  readonly isCalled: boolean;
}

type Score = ColumnScore<LabelComparison>;

/**
 * Of each label: the AUROC, where images enough have it and have it not, F1, sensitivity and specificity at its
 * threshold; and the means of AUROC and F1 over the labels.
 */
export const labelRules: ColumnRules<'multilabel', LabelComparison> = {
  compare({ answer }, label, row, [column = '']) {
    const isPositive = readPresence(row, column);
    const found = answer.scores.find((one) => one.label === label);
    if (isPositive === undefined || !found) return undefined;
    return { isPositive, score: found.probability, isCalled: answer.labels.includes(label) };
  },
  measure(scores, labels, seed) {
    const ranked = labels.filter((label) => {
      const all = comparisonsOf(scores, label);
      const positives = all.filter(({ isPositive }) => isPositive).length;
      return isRankable(positives, all.length - positives);
    });
    const macro = (names: readonly string[], statistic: typeof rankAuroc | typeof f1Of) => (drawn: readonly Score[]) =>
      mean(names.map((label) => statistic(comparisonsOf(drawn, label))).filter((value) => !Number.isNaN(value)));
    const sidesOf = (label: string) =>
      [true, false].map((wanted) => (drawn: readonly Score[]) => shareCalled(comparisonsOf(drawn, label), wanted));
    const shared = measure(
      scores,
      { auroc: macro(ranked, rankAuroc), macro_f1: macro(labels, f1Of) },
      {
        seed,
        parts: { auroc: ranked.flatMap(sidesOf), macro_f1: labels.flatMap((label) => sidesOf(label).slice(0, 1)) },
        count: () => scores.length,
      },
    );
    const ofLabels = labels.map((label) => {
      const of = (statistic: (all: readonly LabelComparison[]) => number) => (drawn: readonly Score[]) =>
        statistic(comparisonsOf(drawn, label));
      const [found, spared] = sidesOf(label) as [Statistic<Score>, Statistic<Score>];
      const parts = { [`auroc_${label}`]: [found, spared], [`f1_${label}`]: [found] };
      const statistics: Statistics<Score> = {
        ...(ranked.includes(label) && { [`auroc_${label}`]: of(rankAuroc) }),
        [`f1_${label}`]: of(f1Of),
        [`sensitivity_${label}`]: found,
        [`specificity_${label}`]: spared,
      };
      const shares = { [`sensitivity_${label}`]: [found], [`specificity_${label}`]: [spared] };
      const all = comparisonsOf(scores, label);
      const positives = all.filter(({ isPositive }) => isPositive).length;
      const counts: Readonly<Record<string, number>> = {
        [`sensitivity_${label}`]: positives,
        [`specificity_${label}`]: all.length - positives,
      };
      return measure(scores, statistics, { seed, shares, parts, count: (name) => counts[name] ?? all.length });
    });
    return Object.assign(shared, ...ofLabels) as typeof shared;
  },
};

/** Of the images that have the label, or have it not, the share that is called so; NaN for no such image. */
function shareCalled(all: readonly LabelComparison[], wanted: boolean): number {
  const own = all.filter(({ isPositive }) => isPositive === wanted);
  return mean(own.map(({ isCalled }) => (isCalled === wanted ? 1 : 0)));
}

/** The harmonic mean of precision and recall; NaN where no image has the label. */
function f1Of(all: readonly LabelComparison[]): number {
  const positives = all.filter(({ isPositive }) => isPositive).length;
  const called = all.filter(({ isCalled }) => isCalled).length;
  const both = all.filter(({ isPositive, isCalled }) => isPositive && isCalled).length;
  return positives === 0 ? Number.NaN : (2 * both) / (positives + called);
}
