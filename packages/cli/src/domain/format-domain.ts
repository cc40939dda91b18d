import { styleText } from 'node:util';
import { inOneLine } from '../describe-error.js';
import { formatInterval } from '../evaluation/report/format-interval.js';
import type { Metric } from '../evaluation/report/metrics.js';
import { sayFewGroups } from '../statistics/few-groups.js';
import { countOf } from '../terminal/format.js';
import { formatTable } from '../terminal/format-table.js';
import type { DomainFinding, DomainReport } from './domain-report.type.js';

/** A report on the kind of a folder's images, for a person. */
export function formatDomain({
  dataset,
  split,
  head,
  n,
  n_groups: groups,
  domains,
  answers,
  seed,
}: DomainReport): string {
  const rates = domains[0]?.thresholds.map(({ false_refusals: rate }) => rate) ?? [];
  const columns = [
    { title: domains.some(({ labels }) => labels) ? 'target' : '' },
    ...rates.flatMap((rate) => [{ title: `refused at ${rate}`, align: 'right' as const }, { title: '95 % interval' }]),
    { title: 'AUROC', align: 'right' as const },
    { title: '95 % interval' },
    { title: 'against' },
    { title: 'most like' },
  ];
  return [
    `${styleText('bold', inOneLine(dataset))}, split ${split}: ` +
      `${countOf(n, 'image')}${groups < n ? ` in ${countOf(groups, 'group')}` : ''} · ${styleText('bold', head)}`,
    '',
    formatTable(columns, domains.map(domainRow)),
    '',
    formatTable(
      [
        { title: 'by default' },
        { title: 'share', align: 'right' },
        { title: '95 % interval' },
        { title: 'n', align: 'right' },
      ],
      Object.entries(answers).map(([name, metric]) => [sayAnswer(name), ...cellsOf(metric), String(metric.n)]),
    ),
    '',
    `  "refused at 0.05": at the threshold that no more than 5 % of images of the head's own kind should exceed. ` +
      'Answers go by the one with a star.',
    ...(domains.some(({ own }) => !own)
      ? ["  No AUROC without the head's own images: name the folder of its sets with --own DIR."]
      : []),
    `  Intervals: 2000 bootstrap resamples, seed ${seed}; exact binomial for a share that is 0 or 1 in all of them.`,
    ...sayFewGroups({ n, n_groups: groups }).map((line) => `  ${line}`),
  ].join('\n');
}

function domainRow({ labels, thresholds, nearest, auroc, own }: DomainFinding): string[] {
  const [most] = Object.entries(nearest);
  const kinds = Object.keys(nearest).length;
  return [
    labels?.join(', ') ?? '',
    ...thresholds.flatMap(({ refused, in_use: isUsed }) => {
      const [share, interval] = cellsOf(refused);
      return [`${share}${isUsed ? ' *' : '  '}`, interval];
    }),
    ...(auroc ? cellsOf(auroc) : ['', '']),
    own ? `${own.datasets.join(', ')}, ${own.split} (n ${own.n})` : '',
    most ? `${most[0]} ${most[1]}${kinds > 1 ? `, and ${countOf(kinds - 1, 'other kind')}` : ''}` : '',
  ];
}

function cellsOf(metric: Metric): [string, string] {
  return [metric.value.toFixed(3), formatInterval(metric)];
}

function sayAnswer(name: string): string {
  if (name === 'present_any') return 'any target outlined';
  if (name === 'answered') return 'answered';
  return name
    .replace(/^present_/, 'outlined: ')
    .replace(/^answered_/, 'of those answered: ')
    .replaceAll('_', ' ');
}
