import { styleText } from 'node:util';
import { inOneLine } from '../../describe-error.js';
import { sayFewGroups } from '../../statistics/few-groups.js';
import { countOf, formatMs } from '../../terminal/format.js';
import { formatTable } from '../../terminal/format-table.js';
import { formatInterval } from './format-interval.js';
import type { Metric } from './metrics.js';
import type { Report } from './report.type.js';

const NAMES: Readonly<Record<string, string>> = {
  dice: 'Dice, mean',
  dice_median: 'Dice, median',
  iou: 'IoU, mean',
  iou_median: 'IoU, median',
  accuracy: 'accuracy',
  balanced_accuracy: 'balanced accuracy',
  macro_f1: 'macro-F1',
  auroc: 'AUROC, macro',
  presence_auroc: 'AUROC of presence, mean over targets',
  ece: 'expected calibration error',
  ece_if_calibrated: 'calibration error, if calibrated',
  coverage: 'conformal coverage',
  set_size: 'labels in a conformal set',
  refused: 'out of domain',
  mean_distance_px: 'distance in pixels, mean',
  mean_distance_mm: 'distance in mm, mean',
  pck_5: 'within 5 % of the diagonal',
  missed: 'called absent',
  dice_point: 'Dice by one point',
  dice_ellipse: 'Dice of the ellipse in the box',
  dice_rectangle: 'Dice of the box itself',
  dice_over_ellipse: 'Dice above that ellipse',
};

/** A report for a person. */
export function formatReport(report: Report, because: string): string {
  const { dataset, split, head, target, n, n_groups, n_empty, seed, metrics, labels, presence } = report;
  const groups = n_groups < n ? ` in ${countOf(n_groups, 'group')}` : '';
  const excluded = report.excluded_labels.length > 0 ? `, without ${inOneLine(report.excluded_labels.join(', '))}` : '';
  const subject = target === null ? head : `${head} → ${target}`;
  const weights = (['head', 'encoder'] as const).map((role) => {
    const { id, version, sha256 } = report.models[role];
    return `${id} ${version} in ${report.precisions[role]} ${sha256.slice(0, 12)}…`;
  });
  const hasOwnCount = Object.values(metrics).some((metric) => metric.n !== undefined);
  const lines = [
    `${styleText('bold', inOneLine(dataset))}, split ${split}${excluded}: ${countOf(n, 'image')}${groups} · ` +
      styleText('bold', subject),
    styleText('dim', `  chosen by ${because}`),
    '',
    formatTable(
      [
        { title: 'metric' },
        { title: 'value', align: 'right' },
        { title: '95 % interval' },
        { title: hasOwnCount ? 'n' : '', align: 'right' },
      ],
      Object.entries(metrics).map(metricRow),
    ),
    '',
    ...(labels === null ? [] : [formatLabels(labels), '']),
    ...(presence === null ? [] : [formatPresence(presence), '']),
    ...(report.n_refused === null ? [] : [`  ${sayRefused(report)}`]),
    ...(n_empty === null
      ? []
      : [`  Empty truth masks: ${n_empty}. Two empty masks count Dice and IoU 1, one empty 0.`]),
    `  Intervals: 2000 bootstrap resamples of ${groups === '' ? 'images' : 'groups'}, seed ${seed}; exact ` +
      'binomial for a share that is 0 or 1 in all of them.',
    ...sayFewGroups(report).map((line) => `  ${line}`),
    `  Median ms: ${formatTimings(report)} (${report.provider}).`,
    `  Weights: ${weights.join(', ')}.`,
  ];
  return lines.join('\n');
}

function sayRefused({ task, out_of_domain: mode, n_refused: n }: Report): string {
  const images = `Out of domain: ${countOf(n ?? 0, 'image')}`;
  if (mode === 'warn') return `${images}, which count like any other (--out-of-domain warn).`;
  if (task === 'segmentation') return `${images}, whose mask is empty for that.`;
  return `${images}, which the head refused; the other numbers are of those that it answered.`;
}

function metricRow([name, metric]: readonly [string, Metric]): string[] {
  const { value, n } = metric;
  return [titleOf(name), value.toFixed(3), formatInterval(metric), n === undefined ? '' : String(n)];
}

/** Names that hold a label or a column are told by their parts. */
function titleOf(name: string): string {
  const known = NAMES[name];
  if (known !== undefined) return known;
  return name
    .replace(/^(presence_)?auroc_/, (_, presence) => (presence === undefined ? 'AUROC, ' : 'AUROC of presence, '))
    .replace(/^presence_sensitivity_/, 'found where it is, ')
    .replace(/^presence_specificity_/, 'absent where it is not, ')
    .replace(/^coverage_/, 'conformal coverage, ')
    .replace(/^interval_coverage_/, 'true values in their interval, ')
    .replace(/^mae_median_/, 'absolute error, median, ')
    .replace(/^mae_/, 'absolute error, mean, ')
    .replace(/^error_/, 'error, mean, ')
    .replace(/^mean_distance_(px|mm)_/, 'distance in $1, mean, ')
    .replace(/^pck_5_/, 'within 5 % of the diagonal, ')
    .replace(/^missed_/, 'called absent, ')
    .replace(/^f1_/, 'F1, ')
    .replace(/^(sensitivity|specificity)_/, '$1, ')
    .replace(/_mm(2?)_/, ' in mm$1, ')
    .replaceAll('_', ' ');
}

function formatLabels(labels: NonNullable<Report['labels']>): string {
  const columns = [
    { title: 'label' },
    ...['n', 'recall', 'precision', 'F1'].map((title) => ({ title, align: 'right' as const })),
    { title: 'taken for' },
  ];
  const rows = Object.entries(labels).map(([label, { n, recall, precision, f1, predicted }]) => [
    label,
    String(n),
    ...[recall, precision, f1].map((value) => value.toFixed(3)),
    Object.entries(predicted)
      .map(([name, count]) => `${name} ${count}`)
      .join(', '),
  ]);
  return formatTable(columns, rows);
}

/** Which images presence was measured on, and which sets were taken for what. */
function formatPresence(presence: NonNullable<Report['presence']>): string {
  const columns = [
    { title: 'target' },
    ...['there', 'other sets', 'background', 'empty', 'near'].map((title) => ({ title, align: 'right' as const })),
    { title: 'near sets' },
    { title: 'left out, as they show it' },
  ];
  const rows = Object.entries(presence).map(([target, { images, sets }]) => [
    target,
    ...[images.positive, images.other, images.background, images.empty, images.near].map(String),
    sets.near.join(', '),
    sets.left_out.join(', '),
  ]);
  return formatTable(columns, rows);
}

function formatTimings({ timings_ms_median: timings }: Report): string {
  return Object.entries(timings)
    .map(([stage, ms]) => `${stage} ${formatMs(ms as number)}`)
    .join(', ');
}
