import { accuracy, balancedAccuracy, macroF1, recall, trueLabels } from '../../statistics/accuracy.js';
import { auroc, macroAuroc, rankableLabels } from '../../statistics/auroc.js';
import {
  bootstrapIntervals,
  type BootstrapOptions,
  type Interval,
  type Statistic,
  type Statistics,
} from '../../statistics/bootstrap.js';
import { calibrationError, errorIfCalibrated } from '../../statistics/calibration-error.js';
import { coverage, setSize } from '../../statistics/coverage.js';
import type { Overlap } from '../../statistics/overlap.js';
import type { Prediction } from '../../statistics/prediction.type.js';
import { mean, median } from '../../statistics/summary.js';
import type { MaskScore } from '../score/score-mask.js';
import type { Scored } from '../score/score-rows.js';

export interface Metric {
  readonly value: number;
  /** Left out where there are too few groups to say, or nothing varies. */
  readonly interval95?: Interval;
  /** Images it is measured on, where that may differ from the report's n. */
  readonly n?: number;
}

export type Metrics = Readonly<Record<string, Metric>>;

const MASK_STATISTICS: Statistics<Overlap> = {
  dice: (scores) => mean(scores.map(({ dice }) => dice)),
  dice_median: (scores) => median(scores.map(({ dice }) => dice)),
  iou: (scores) => mean(scores.map(({ iou }) => iou)),
  iou_median: (scores) => median(scores.map(({ iou }) => iou)),
};

const MASK_SHARES = { dice: [MASK_STATISTICS.dice!], iou: [MASK_STATISTICS.iou!] };

/**
 * Dice and IoU over images. For each column of true measurements, such as head_circumference_mm: the mean and median
 * absolute difference, and the mean signed one (found minus true), over the images that have it.
 */
export function maskMetrics(scores: readonly MaskScore[], seed: number): Metrics {
  const columns = [...new Set(scores.flatMap(({ differences }) => Object.keys(differences)))];
  const measured = columns.map((column) => {
    const of = (drawn: readonly MaskScore[]): number[] =>
      drawn.map(({ differences }) => differences[column]).filter((difference) => difference !== undefined);
    // Groups without a true measurement say nothing of the interval.
    const known = scores.filter(({ differences }) => differences[column] !== undefined);
    const statistics: Statistics<MaskScore> = {
      [`${column}_absolute_difference`]: (drawn) => mean(of(drawn).map(Math.abs)),
      [`${column}_absolute_difference_median`]: (drawn) => median(of(drawn).map(Math.abs)),
      [`${column}_difference`]: (drawn) => mean(of(drawn)),
    };
    return measure(known, statistics, { seed, count: () => known.length });
  });
  return {
    ...measure(scores, MASK_STATISTICS, { seed, shares: MASK_SHARES }),
    ...(Object.assign({}, ...measured) as Metrics),
  };
}

/**
 * Agreement, ranking and calibration over images; `auroc_LABEL` is each label against the rest where both have images
 * enough, `auroc` the mean of these, `coverage_LABEL` the conformal sets' coverage of images that truly have that
 * label.
 */
export function classMetrics(scores: readonly (Scored & Prediction)[], seed: number): Metrics {
  const labels = trueLabels(scores);
  const ranked = rankableLabels(scores);
  const perLabel = Object.fromEntries(
    ranked.map((label) => [`auroc_${label}`, (drawn: readonly Prediction[]) => auroc(drawn, label)]),
  );
  const coverages = {
    coverage: (drawn: readonly Prediction[]) => coverage(drawn),
    ...Object.fromEntries(
      labels.map((label) => [`coverage_${label}`, (drawn: readonly Prediction[]) => coverage(drawn, label)]),
    ),
  };
  const statistics: Statistics<Prediction> = {
    accuracy,
    balanced_accuracy: balancedAccuracy,
    macro_f1: macroF1,
    auroc: (drawn) => macroAuroc(drawn, ranked),
    ece: calibrationError,
    ...coverages,
    set_size: setSize,
    ...perLabel,
  };
  const recalls = labels.map((label) => (drawn: readonly Prediction[]) => recall(drawn, label));
  const shares = {
    ...Object.fromEntries(Object.entries({ accuracy, ...coverages }).map(([name, share]) => [name, [share]])),
    balanced_accuracy: recalls,
  };
  const parts = {
    macro_f1: recalls,
    auroc: ranked.flatMap(sidesOf),
    ...Object.fromEntries(ranked.map((label) => [`auroc_${label}`, sidesOf(label)])),
  };
  const withSets = scores.filter(({ plausible }) => plausible !== undefined);
  const counts: Readonly<Record<string, number>> = {
    ...Object.fromEntries(['coverage', 'set_size'].map((name) => [name, withSets.length])),
    ...Object.fromEntries(
      labels.map((label) => [`coverage_${label}`, withSets.filter(({ truth }) => truth === label).length]),
    ),
  };
  const options = { seed, shares, parts, biased: ['ece'], count: (name: string) => counts[name] ?? scores.length };
  return withLuck(measure(scores, statistics, options), scores, seed);
}

/** Accuracy on images with a label, and on those without it. */
function sidesOf(label: string): Statistic<Prediction>[] {
  return [true, false].map((wanted) => (drawn) => accuracy(drawn.filter(({ truth }) => (truth === label) === wanted)));
}

/** Behind `ece`, what it would read of these predictions if the head were perfectly calibrated: `ece_if_calibrated`. */
export function withLuck(metrics: Metrics, predictions: readonly Prediction[], seed: number): Metrics {
  if (!metrics.ece) return metrics;
  const { value, interval95 } = errorIfCalibrated(predictions, seed);
  const bounds = [round(interval95[0]), round(interval95[1])] as const;
  const metric = { value: round(value), interval95: bounds, n: predictions.length };
  const entries = Object.entries(metrics).flatMap(([name, one]): [string, Metric][] =>
    name === 'ece'
      ? [
          [name, one],
          ['ece_if_calibrated', metric],
        ]
      : [[name, one]],
  );
  return Object.fromEntries(entries);
}

export interface MeasureOptions<S> extends Pick<BootstrapOptions<S>, 'seed' | 'shares' | 'parts' | 'biased'> {
  /** How many images a metric is measured on. */
  readonly count?: (name: string) => number;
}

/** A metric that is not defined, such as the AUROC of a single class, is left out. */
export function measure<S extends Scored>(
  scores: readonly S[],
  statistics: Statistics<S>,
  { count, ...options }: MeasureOptions<S>,
): Metrics {
  const intervals = bootstrapIntervals(scores, statistics, { ...options, groupOf: ({ row }) => row.group });
  const entries = Object.entries(statistics).map(([name, statistic]): [string, Metric] => {
    const interval = intervals[name];
    return [
      name,
      {
        value: round(statistic(scores)),
        ...(interval && { interval95: [round(interval[0]), round(interval[1])] }),
        ...(count && { n: count(name) }),
      },
    ];
  });
  return Object.fromEntries(entries.filter(([, { value }]) => !Number.isNaN(value)));
}

function round(value: number): number {
  return Number(value.toFixed(6));
}
