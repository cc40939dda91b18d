import { listNames } from '../../terminal/list-names.js';
import type { Metric, Metrics } from './metrics.js';

/** At an AUROC of a half, a head ranks as a coin does. */
const CHANCE = 0.5;

/**
 * A warning where a head surely ranks images worse than a coin would, over all labels or by one of them: it has learnt
 * something, and calls it by another name. Of few images an AUROC a little below a half is chance.
 */
export function hintSwapped(metrics: Metrics, labels: readonly string[]): string[] {
  const worse = labels.flatMap((label) => {
    const metric = metrics[`auroc_${label}`];
    return metric && isWorse(metric) ? [`${label} ${metric.value.toFixed(3)}`] : [];
  });
  const { auroc } = metrics;
  if (worse.length > 0) return [`The AUROC of ${listNames(worse)} is ${say(labels)}`];
  if (auroc && isWorse(auroc)) return [`An AUROC of ${auroc.value.toFixed(3)} is ${say(labels)}`];
  return [];
}

function isWorse({ value, interval95 }: Metric): boolean {
  // What is 0 in each resample has no interval.
  return interval95 ? interval95[1] < CHANCE : value === 0;
}

function say(labels: readonly string[]): string {
  return (
    `worse than guessing: the labels ${labels.join(', ')} of model.json probably stand in another order than the ` +
    'outputs. Compare them with the order in training (npx medzoo check-head).'
  );
}
