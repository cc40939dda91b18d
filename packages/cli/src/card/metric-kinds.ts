import type { Metric, TrainedModel } from '@medzoo/core/contract';

/** The metrics of a model file by the question that they answer. */
export interface MetricKinds {
  /** How good it is, on any images. */
  readonly good: readonly Metric[];
  /** Those of them that are on images of other hospitals: of sets that it did not learn from. */
  readonly outside: readonly Metric[];
  /** Prompted with one object at a time, beside what needs no model. */
  readonly objects: readonly Metric[];
  /** Of which kind images are. */
  readonly domain: readonly Metric[];
  readonly corruption: readonly Metric[];
}

/** What `medzoo evaluate --domain` measures, besides shares that name their threshold. */
export const DOMAIN_METRICS: readonly string[] = ['domain_auroc', 'present', 'present_any', 'answered'];

/** Whether a metric is of a set that the model learnt from, or whose thresholds and temperature it has. */
export function markHome({ trainedOn, domains = [], calibration }: TrainedModel): (metric: Metric) => boolean {
  const sets = new Set([
    ...trainedOn.map(({ dataset }) => dataset),
    ...domains.flatMap(({ datasets }) => datasets),
    ...(calibration?.dataset ? [calibration.dataset] : []),
  ]);
  // Of a model file that names no set, nothing is known to be foreign.
  return ({ dataset }) => sets.size === 0 || dataset.split(', ').some((name) => sets.has(name));
}

/** Each metric is of one kind. */
export function sortMetrics(trained: TrainedModel): MetricKinds {
  const isHome = markHome(trained);
  const kindOf = (metric: Metric): keyof MetricKinds => {
    if (metric.corruption !== undefined) return 'corruption';
    if (DOMAIN_METRICS.includes(metric.name) || metric.falseRefusals !== undefined) return 'domain';
    if (metric.prompt === 'object') return 'objects';
    return 'good';
  };
  const sorted: Record<keyof MetricKinds, Metric[]> = {
    good: [],
    outside: [],
    objects: [],
    domain: [],
    corruption: [],
  };
  for (const metric of trained.metrics) sorted[kindOf(metric)].push(metric);
  const isOutside = (metric: Metric): boolean => !isHome(metric) && !metric.name.startsWith('presence_');
  return { ...sorted, outside: sorted.good.filter(isOutside) };
}
