import type { Prediction } from './prediction.type.js';
import { mean } from './summary.js';

/**
 * The share of images whose true label is in their conformal set; of images with `label` only, if given. NaN where
 * there is no set.
 */
export function coverage(predictions: readonly Prediction[], label?: string): number {
  const asked = predictions.filter(({ truth, plausible }) => plausible && (label === undefined || truth === label));
  return mean(asked.map(({ truth, plausible }) => (plausible!.includes(truth) ? 1 : 0)));
}

/** Labels in a conformal set, on average: 1 at best. NaN where there is no set. */
export function setSize(predictions: readonly Prediction[]): number {
  return mean(predictions.flatMap(({ plausible }) => (plausible ? [plausible.length] : [])));
}
