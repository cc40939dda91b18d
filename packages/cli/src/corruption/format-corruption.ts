import { styleText } from 'node:util';
import { inOneLine } from '../describe-error.js';
import { formatInterval } from '../evaluation/report/format-interval.js';
import type { Metric, Metrics } from '../evaluation/report/metrics.js';
import { sayFewGroups } from '../statistics/few-groups.js';
import { countOf } from '../terminal/format.js';
import { formatTable } from '../terminal/format-table.js';
import type { CorruptionEvaluation } from './run-corruption.js';

const COLUMNS = {
  segmentation: { dice: 'Dice', drop: 'lost of it', dice_answered: 'Dice, answered', refused: 'out of domain' },
  classification: {
    accuracy: 'accuracy',
    drop: 'lost of it',
    ece: 'calibration error',
    ece_if_calibrated: 'if calibrated',
    confidence: 'mean confidence',
    refused: 'refused',
  },
} as const;

/** A report on corrupted images for a person. */
export function formatCorruption({ report, because }: CorruptionEvaluation): string {
  const { dataset, split, head, target, task, n, n_groups: groups, clean, corruptions, seed } = report;
  const columns = COLUMNS[task];
  const rows = Object.entries({ 'as it is': clean, ...corruptions }).map(([name, metrics]) => [
    name,
    ...Object.keys(columns).flatMap((key) => cellsOf(metrics, key, name)),
  ]);
  return [
    `${styleText('bold', inOneLine(dataset))}, split ${split}: ` +
      `${countOf(n, 'image')}${groups < n ? ` in ${countOf(groups, 'group')}` : ''} · ` +
      styleText('bold', target === null ? head : `${head} → ${target}`),
    styleText('dim', `  chosen by ${because}`),
    '',
    formatTable(
      [
        { title: 'corruption' },
        ...Object.entries(columns).flatMap(([key, title]) => [
          { title, align: 'right' as const },
          ...(key === 'drop' ? [{ title: 'n', align: 'right' as const }] : []),
        ]),
      ],
      rows,
    ),
    '',
    '  Below each number stands its 95 % interval, where one can be told.',
    ...(task === 'classification'
      ? ['  "If calibrated" is what the calibration error would read of so few images if probabilities were right.']
      : []),
    '  What is lost is measured on the n images that are answered both as they are and corrupted.',
    `  Intervals: 2000 bootstrap resamples, seed ${seed}, which also seeds the corruptions.`,
    ...sayFewGroups(report).map((line) => `  ${line}`),
  ].join('\n');
}

function cellsOf(metrics: Metrics, key: string, name: string): string[] {
  const metric = name === 'as it is' && key === 'drop' ? undefined : metrics[key];
  const value = metric ? valueOf(metric) : '';
  // Few images may be left that are answered both times, and an interval of two says little.
  return key === 'drop' ? [value, metric ? String(metric.n) : ''] : [value];
}

/** The interval stands below its number: columns of their own would not fit a screen. */
function valueOf(metric: Metric): string {
  const interval = formatInterval(metric);
  return `${metric.value.toFixed(3)}${interval === '' ? '' : `\n${styleText('dim', interval)}`}`;
}
