import type { Metric, Speed } from '@medzoo/core/contract';
import type { Report } from '../evaluation/report/report.type.js';
import { OF_EVALUATION, ORDER } from './metric-names.js';
import { datasetOf } from './metrics-of.js';

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
