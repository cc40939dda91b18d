import { accuracy, balancedAccuracy, macroF1, trueLabels } from '../statistics/accuracy.js';
import { auroc, macroAuroc } from '../statistics/auroc.js';
import { bootstrapIntervals, type Interval, type Statistics } from '../statistics/bootstrap.js';
import { calibrationError } from '../statistics/calibration-error.js';
import type { Overlap } from '../statistics/overlap.js';
import type { Prediction } from '../statistics/prediction.type.js';
import { mean, median } from '../statistics/summary.js';
import type { Scored } from './score-rows.js';

export interface Metric {
  readonly value: number;
  /** Left out where there are too few groups to say. */
  readonly interval95?: Interval;
}

export type Metrics = Readonly<Record<string, Metric>>;

const MASK_STATISTICS: Statistics<Overlap> = {
  dice: (scores) => mean(scores.map(({ dice }) => dice)),
  dice_median: (scores) => median(scores.map(({ dice }) => dice)),
  iou: (scores) => mean(scores.map(({ iou }) => iou)),
  iou_median: (scores) => median(scores.map(({ iou }) => iou)),
};

/** Dice and IoU over images. */
export function maskMetrics(scores: readonly (Scored & Overlap)[], seed: number): Metrics {
  return measure(scores, MASK_STATISTICS, seed);
}

/** Agreement, ranking and calibration over images; `auroc` is the macro mean, `auroc_LABEL` each label against the rest. */
export function classMetrics(scores: readonly (Scored & Prediction)[], seed: number): Metrics {
  const perLabel = trueLabels(scores).map((label) => [
    `auroc_${label}`,
    (drawn: readonly Prediction[]) => auroc(drawn, label),
  ]);
  const statistics: Statistics<Prediction> = {
    accuracy,
    balanced_accuracy: balancedAccuracy,
    macro_f1: macroF1,
    auroc: macroAuroc,
    ece: calibrationError,
    ...(Object.fromEntries(perLabel) as Statistics<Prediction>),
  };
  return measure(scores, statistics, seed);
}

/** A metric that is not defined, such as the AUROC of a single class, is left out. */
function measure<S extends Scored>(scores: readonly S[], statistics: Statistics<S>, seed: number): Metrics {
  const intervals = bootstrapIntervals(scores, statistics, { seed, groupOf: ({ row }) => row.group });
  const entries = Object.entries(statistics).map(([name, statistic]): [string, Metric] => {
    const interval = intervals[name];
    return [
      name,
      { value: round(statistic(scores)), ...(interval && { interval95: [round(interval[0]), round(interval[1])] }) },
    ];
  });
  return Object.fromEntries(entries.filter(([, { value }]) => !Number.isNaN(value)));
}

function round(value: number): number {
  return Number(value.toFixed(6));
}
