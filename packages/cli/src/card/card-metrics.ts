import { formatQuantity, type Metric, type TrainedModel } from '@medzoo/core/contract';
import type { MetricKinds } from './metric-kinds.js';
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
  ece_if_calibrated: 'calibration error, if calibrated',
  coverage: 'coverage of conformal sets',
  set_size: 'labels in a conformal set, mean',
  presence_auroc: 'AUROC',
  presence_sensitivity: 'called present',
  presence_specificity: 'called absent',
  refused: 'refused, out of domain',
  dice_point: 'Dice, one point',
  dice_ellipse: 'Dice of the ellipse in the box',
  dice_rectangle: 'Dice of the box',
  dice_over_ellipse: 'Dice above the ellipse',
  drop: 'lost',
  dice_answered: 'Dice of answered images',
  confidence: 'mean confidence',
  domain_auroc: 'AUROC against its own images',
  mae: 'mean absolute error',
  mae_median: 'median absolute error',
  error: 'mean error, found minus true',
  interval_coverage: 'true values in their interval',
  mean_distance_px: 'mean distance in pixels',
  mean_distance_mm: 'mean distance in mm',
  pck_5: 'found within 5 % of the diagonal',
  missed: 'called absent',
  f1: 'F1',
  present: 'outlined',
  present_any: 'any target outlined',
  answered: 'of those answered',
};

/** What the negatives of a presence metric are, for a reader. */
const NEGATIVES: Readonly<Record<string, string>> = {
  other: 'other data sets',
  background: '**hard:** crops beside the target',
  empty: '**hard:** its own sets, without the target',
  near: '**hard:** other sets of its modality',
};
const CALIBRATION = ['ece', 'ece_if_calibrated', 'coverage', 'set_size'];
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

/** Own data and other hospitals side by side, where there are any of the latter. */
function sideBySide(outside: readonly Metric[]): (metrics: readonly Metric[]) => string {
  const isSame = (a: Metric, b: Metric): boolean => a.name === b.name && a.label === b.label && a.prompt === b.prompt;
  const cells = (metric: Metric): string[] => [
    formatValue(metric),
    `${describeData(metric)}, ${metric.split}`,
    String(metric.n),
  ];
  return (all) => {
    const metrics = all.filter((one) => !outside.includes(one));
    if (metrics.length === 0 || metrics.length === all.length) return tableOf(all);
    const alone = outside.filter((one) => !metrics.some((own) => isSame(own, one)));
    const rows = [
      ...metrics.flatMap((own) => {
        const others = outside.filter((one) => isSame(own, one));
        const first = [nameMetric(own.name), own.label ?? '', ...cells(own)];
        return others.length === 0 ? [[...first, '', '', '']] : others.map((one) => [...first, ...cells(one)]);
      }),
      ...alone.map((one) => [nameMetric(one.name), one.label ?? '', '', '', '', ...cells(one)]),
    ];
    return table(['metric', 'label', 'like its own', 'data set', 'n', 'other hospital', 'data set', 'n'], rows);
  };
}

/** A promptable head beside what needs no model, one object at a time. */
export function renderObjects(metrics: readonly Metric[]): string[] {
  const sets = [...new Set(metrics.map(({ dataset }) => dataset))];
  if (sets.length === 0) return [];
  const of = (set: string, name: string): string => {
    const metric = metrics.find((one) => one.dataset === set && one.name === name);
    return metric ? formatValue(metric) : '';
  };
  const names = ['dice', 'dice_ellipse', 'dice_rectangle', 'dice_over_ellipse', 'dice_point'];
  const rows = sets.map((set) => [
    set,
    ...names.map((name) => of(set, name)),
    String(metrics.find(({ dataset }) => dataset === set)?.n ?? ''),
  ]);
  return [
    '#### Against no model at all',
    'One object at a time, at most six of an image: Dice from its tight box and from one point, beside that of ' +
      'the ellipse inscribed in the box and of the box itself, which need no model. n counts objects.',
    table(['data set', 'tight box', 'ellipse in the box', 'the box', 'above the ellipse', 'one point', 'n'], rows),
  ];
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

/** How honest probabilities and numbers are, and what that was fitted on. */
function describeCalibration(trained: TrainedModel): string | undefined {
  const parts = [describeTemperature(trained), ...describeIntervals(trained)].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : parts.join(' ');
}

/** A sentence for each number with an interval. */
function describeIntervals({ quantities = {} }: TrainedModel): string[] {
  return Object.entries(quantities).flatMap(([label, { unit, interval }]) => {
    if (!interval) return [];
    const { coverage, halfWidth, n, dataset, split } = interval;
    const on = dataset ? ` of ${[dataset, split].filter(Boolean).join(', ')}` : '';
    const width = `${formatQuantity(halfWidth, unit)} to both sides`;
    return [`${label}: a split conformal interval of coverage ${coverage}, ${width}, fitted on ${n} images${on}.`];
  });
}

function describeTemperature({ calibration }: TrainedModel): string | undefined {
  if (!calibration) return undefined;
  const { temperature, dataset, split, n, conformal } = calibration;
  const on = dataset ? `, fitted on ${[dataset, split].filter(Boolean).join(', ')}${n ? `, ${n} images` : ''}` : '';
  const sets = conformal
    ? ` Class-conditional conformal sets at an error rate of ${conformal.errorRate}, from ${conformal.n} of these ` +
      'images.'
    : '';
  return `Temperature ${temperature}${on}.${sets}${describeFewImages(conformal)}`;
}

/**
 * What a conformal set cannot promise of labels with few images. One whose quantile is 1 is never ruled out; any other
 * has a quantile that is not of its own images.
 */
function describeFewImages(conformal: NonNullable<TrainedModel['calibration']>['conformal']): string {
  if (!conformal) return '';
  const { quantiles, counts = {}, errorRate } = conformal;
  const needed = Math.ceil(1 / errorRate - 1);
  const few = Object.keys(quantiles).filter((label) => (counts[label] ?? needed) < needed);
  if (few.length === 0) return '';
  const say = (labels: readonly string[], what: string): string =>
    labels.length === 0 ? '' : `; ${labels.map((label) => `"${label}" has ${counts[label]}`).join(', ')}: ${what}`;
  return (
    ` To hold this rate for a label takes ${needed} images of it` +
    say(
      few.filter((label) => quantiles[label]! >= 1),
      '**it is in every set**, and coverage and size of the sets are to be read so',
    ) +
    say(
      few.filter((label) => quantiles[label]! < 1),
      '**no rate is promised for it**, and how often sets hold it is in its coverage on test',
    ) +
    '.'
  );
}

/** What was measured, a table for each kind of question; a kind without numbers is left out. */
export function renderMetrics(
  trained: TrainedModel,
  { good: metrics, outside }: Pick<MetricKinds, 'good' | 'outside'>,
  { evaluate }: { readonly evaluate: string },
): string[] {
  const isPresence = ({ name }: Metric): boolean => name.startsWith('presence_');
  const isCalibration = ({ name }: Metric): boolean => CALIBRATION.includes(name);
  const isMeasurement = ({ name }: Metric): boolean => MEASUREMENT.test(name);
  const sections: [string, string | undefined, Metric[], (of: readonly Metric[]) => string][] = [
    [
      '#### How good it is',
      `Measured with medzoo itself (\`${evaluate}\`); 95 % bootstrap intervals, by group where the data have groups.`,
      metrics.filter((one) => !isPresence(one) && !isCalibration(one) && !isMeasurement(one)),
      sideBySide(outside.filter((one) => !isCalibration(one) && !isMeasurement(one))),
    ],
    [
      '#### Measurements',
      "Of the found mask's largest part, against the true value.",
      metrics.filter(isMeasurement),
      tableOf,
    ],
    [
      '#### Presence',
      'Whether it knows that a target is not there. Other data sets are the easy case; the hard ones look like ' +
        'the target.',
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
