import type { Metrics } from './metrics.js';

/** At an AUROC of a half, a head ranks as a coin does. */
const CHANCE = 0.5;

/**
 * A warning where a head surely ranks images worse than a coin would: it has learnt something, and calls it by another
 * name. Of few images an AUROC a little below a half is chance.
 */
export function hintSwapped({ auroc }: Metrics, labels: readonly string[]): string[] {
  if (!auroc) return [];
  // What is 0 in each resample has no interval.
  const isWorse = auroc.interval95 ? auroc.interval95[1] < CHANCE : auroc.value === 0;
  if (!isWorse) return [];
  return [
    `An AUROC of ${auroc.value.toFixed(3)} is worse than guessing: the labels ${labels.join(', ')} of ` +
      'model.json probably stand in another order than the outputs. Compare them with the order in training (npx ' +
      'medzoo check-head).',
  ];
}
