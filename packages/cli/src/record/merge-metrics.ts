import type { Metric, Speed } from '@medzoo/core/contract';
import type { Report } from '../evaluation/report/report.type.js';
import { datasetOf } from './metrics-of.js';

/** What an evaluation measures; what it does not know is somebody's own. */
const OF_EVALUATION = new RegExp(
  `^(${[
    ...['(dice|iou|mae)(_median)?', 'dice_(point|ellipse|rectangle|over_ellipse)'],
    ...['accuracy', 'balanced_accuracy', 'macro_f1', 'f1', 'auroc', 'ece(_if_calibrated)?', 'coverage', 'set_size'],
    'empty_sets',
    ...['refused', 'error', 'interval_coverage', 'sensitivity', 'specificity', 'pck_5', 'missed'],
    ...['mean_distance_(px|mm)'],
    '.*_(circumference_mm|diameter_mm|perimeter_mm|area_mm2)(_absolute)?_difference(_median)?',
  ].join('|')})$`,
);

/** In this order in the files; any other metric follows by name. */
const ORDER = [
  ...[
    'dice',
    'dice_median',
    'iou',
    'iou_median',
    'accuracy',
    'balanced_accuracy',
    'macro_f1',
    'auroc',
    'ece',
    'ece_if_calibrated',
    'coverage',
  ],
  ...['set_size', 'empty_sets', 'dice_point', 'dice_ellipse', 'dice_rectangle', 'dice_over_ellipse'],
  ...['presence_auroc', 'presence_sensitivity', 'presence_specificity'],
  ...['refused', 'domain_auroc', 'present', 'present_any', 'answered'],
];

/** What makes two entries the same measurement, in the order in which files list them. */
function identityOf({
  name,
  dataset,
  split,
  label = '',
  prompt = '',
  excludedLabels = [],
  negatives,
  corruption = '',
  falseRefusals = 0,
}: Metric): string[] {
  const place = ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length;
  return [
    dataset,
    split,
    excludedLabels.join(),
    prompt,
    String(place).padStart(3, '0'),
    name,
    label,
    negatives?.kind ?? '',
    corruption,
    String(falseRefusals),
  ];
}

/**
 * Whether an entry is of what an evaluation has measured again, be it that it has no such number: where a head refuses
 * every image now, its accuracy of before would stand beside the new refusals. Numbers of presence, domains and
 * corruptions are measured by themselves.
 */
export function isOutdated(
  { name, dataset, split, label, prompt, excludedLabels = [], corruption, falseRefusals }: Metric,
  report: Report,
): boolean {
  if (report.presence !== null || corruption !== undefined || falseRefusals !== undefined) return false;
  if (!OF_EVALUATION.test(name)) return false;
  return (
    dataset === report.dataset &&
    split === report.split &&
    prompt === (report.prompt ?? undefined) &&
    excludedLabels.join('\n') === report.excluded_labels.toSorted().join('\n') &&
    (report.target === null || report.target === label)
  );
}

/** New entries replace old ones of the same measurement; all others stay. */
export function mergeMetrics(before: readonly Metric[], added: readonly Metric[]): Metric[] {
  const byIdentity = new Map([...before, ...added].map((metric) => [identityOf(metric).join('\n'), metric]));
  return [...byIdentity].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, metric]) => metric);
}

/**
 * The milliseconds of an evaluation, one image after another and nothing cached: one entry for each machine and
 * provider. An evaluation in which no image was answered has no provider, and adds nothing.
 */
export function mergeSpeed(before: readonly Speed[], report: Report, machine: string): Speed[] {
  const { provider, n, split, timings_ms_median: timings } = report;
  if (provider === null) return [...before];
  const method = `medzoo evaluate, ${datasetOf(report, report.target ?? undefined)}, ${split}`;
  const others = before.filter((one) => one.machine !== machine || one.provider !== provider);
  return [...others, { machine, provider, method, n, medianMs: { ...timings } }];
}
