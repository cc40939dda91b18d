import type { Metric, TrainedModel } from '@medzoo/core/contract';
import { table } from './markdown-table.js';

const NAMES: Readonly<Record<string, string>> = {
  dice: 'Dice',
  dice_median: 'Dice, median',
  iou: 'IoU',
  iou_median: 'IoU, median',
  balanced_accuracy: 'balanced accuracy',
  macro_f1: 'macro F1',
  auroc: 'AUROC',
  ece: 'expected calibration error',
  coverage: 'coverage of conformal sets',
  set_size: 'labels in a conformal set, mean',
  empty_sets: 'conformal sets without a label',
  presence_auroc: 'AUROC',
  presence_sensitivity: 'called present',
  presence_specificity: 'called absent',
};

/** What the negatives of a presence metric are, for a reader. */
const NEGATIVES: Readonly<Record<string, string>> = {
  other: 'other data sets',
  background: '**hard:** crops beside the target',
  empty: '**hard:** its own sets, without the target',
  near: '**hard:** other sets of its modality',
};
const CALIBRATION = ['ece', 'coverage', 'set_size', 'empty_sets'];
const MEASUREMENT = /^(?<what>.+)_(?<unit>mm2?)(?<absolute>_absolute)?_difference(?<median>_median)?$/;

/** `head_circumference_mm_absolute_difference` as a person says it; a name that it does not know stays as it is. */
export function nameMetric(name: string): string {
  const { what, unit, absolute, median } = MEASUREMENT.exec(name)?.groups ?? {};
  if (what === undefined) return NAMES[name] ?? name;
  const kind = `${median ? 'median' : 'mean'} ${absolute ? 'absolute difference' : 'difference, found minus true'}`;
  return `${what.replaceAll('_', ' ')}, ${kind} (${unit === 'mm2' ? 'mm²' : 'mm'})`;
}

/** The value and its 95 % interval. */
export function formatValue({ value, interval95 }: Metric): string {
  return value.toFixed(3) + (interval95 ? ` [${interval95.map((bound) => bound.toFixed(3)).join(', ')}]` : '');
}

/** The data set, and what was done to it or asked of it. */
function describeData({ dataset, prompt, excludedLabels }: Metric): string {
  const without = excludedLabels ? ` without ${excludedLabels.join(', ')}` : '';
  return dataset + without + (prompt ? `, prompted by the truth's ${prompt}` : '');
}

function tableOf(metrics: readonly Metric[]): string {
  const rows = metrics.map((metric) => [
    nameMetric(metric.name),
    metric.label ?? '',
    formatValue(metric),
    describeData(metric),
    metric.split,
    String(metric.n),
  ]);
  return table(['metric', 'label', 'value', 'data set', 'split', 'n'], rows);
}

function presenceTable(metrics: readonly Metric[]): string {
  const rows = metrics.map((metric) => {
    const { name, label = 'all, mean', dataset, split, n, negatives } = metric;
    const against =
      negatives && `${NEGATIVES[negatives.kind] ?? negatives.kind} (${negatives.sets.join(', ')}; n ${negatives.n})`;
    return [label, nameMetric(name), formatValue(metric), dataset, against ?? '', split, String(n)];
  });
  return table(['target', '', 'value', 'shown in', 'told from', 'split', 'n'], rows);
}

/** Temperature and conformal sets, and what they were fitted on. */
function describeCalibration({ calibration }: TrainedModel): string | undefined {
  if (!calibration) return undefined;
  const { temperature, dataset, split, n, conformal } = calibration;
  const on = dataset ? `, fitted on ${[dataset, split].filter(Boolean).join(', ')}${n ? `, ${n} images` : ''}` : '';
  const sets = conformal
    ? ` Class-conditional conformal sets at an error rate of ${conformal.errorRate}, from ${conformal.n} of these images.`
    : '';
  return `Temperature ${temperature}${on}.${sets}${describeFewImages(conformal)}`;
}

/** A set that always holds a label says nothing of it. */
function describeFewImages(conformal: NonNullable<TrainedModel['calibration']>['conformal']): string {
  const { quantiles, counts = {}, errorRate } = conformal ?? { quantiles: {}, errorRate: 0.5 };
  const needed = Math.ceil(1 / errorRate - 1);
  const few = Object.keys(quantiles).filter((label) => (counts[label] ?? needed) < needed);
  const found = few.map((label) => `"${label}" has ${counts[label]}`);
  return few.length > 0
    ? ` To rule a label out at this rate takes ${needed} images of it, and ${found.join(', ')}: **it is in every set**, and coverage and size of the sets are to be read so.`
    : '';
}

/** What was measured, a table for each kind of question; a kind without numbers is left out. */
export function renderMetrics(trained: TrainedModel, { evaluate }: { readonly evaluate: string }): string[] {
  const isPresence = ({ name }: Metric): boolean => name.startsWith('presence_');
  const isCalibration = ({ name }: Metric): boolean => CALIBRATION.includes(name);
  const isMeasurement = ({ name }: Metric): boolean => MEASUREMENT.test(name);
  const { metrics } = trained;
  const sections: [string, string | undefined, Metric[], (of: readonly Metric[]) => string][] = [
    [
      '#### How good it is',
      `Measured with medzoo itself (\`${evaluate}\`); 95 % bootstrap intervals, by group where the data have groups.`,
      metrics.filter((one) => !isPresence(one) && !isCalibration(one) && !isMeasurement(one)),
      tableOf,
    ],
    [
      '#### Measurements',
      "Of the found mask's largest part, against the true value.",
      metrics.filter(isMeasurement),
      tableOf,
    ],
    [
      '#### Presence',
      'Whether it knows that a target is not there. Other data sets are the easy case; the hard ones look like the target.',
      metrics.filter(isPresence),
      presenceTable,
    ],
    ['#### Calibration', describeCalibration(trained), metrics.filter(isCalibration), tableOf],
  ];
  return sections.flatMap(([title, words, found, render]) => {
    if (found.length === 0 && (title !== '#### Calibration' || words === undefined)) return [];
    return [title, ...(words === undefined ? [] : [words]), ...(found.length > 0 ? [render(found)] : [])];
  });
}
