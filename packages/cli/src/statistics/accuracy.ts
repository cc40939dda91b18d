import type { Prediction } from './prediction.type.js';
import { mean } from './summary.js';

type Labels = Pick<Prediction, 'truth' | 'predicted'>;

/** The labels that images truly have, sorted. */
export function trueLabels(predictions: readonly Pick<Prediction, 'truth'>[]): string[] {
  return [...new Set(predictions.map(({ truth }) => truth))].sort();
}

/** The share of images that got their true label. */
export function accuracy(predictions: readonly Labels[]): number {
  return mean(predictions.map(({ truth, predicted }) => (truth === predicted ? 1 : 0)));
}

/** The mean over true labels of the share found: a rare label counts as much as a frequent one. */
export function balancedAccuracy(predictions: readonly Labels[]): number {
  return mean(trueLabels(predictions).map((label) => recall(predictions, label)));
}

/** Of the images that truly have `label`, the share that got it. */
export function recall(predictions: readonly Labels[], label: string): number {
  return accuracy(predictions.filter(({ truth }) => truth === label));
}

/** Of the images that got `label`, the share that truly has it; 0 where none got it. */
export function precision(predictions: readonly Labels[], label: string): number {
  const given = predictions.filter(({ predicted }) => predicted === label);
  return given.length === 0 ? 0 : accuracy(given);
}

/** The mean over true labels of F1, the harmonic mean of precision and recall. */
export function macroF1(predictions: readonly Labels[]): number {
  return mean(trueLabels(predictions).map((label) => f1(predictions, label)));
}

/** The harmonic mean of precision and recall; 0 where both are. */
export function f1(predictions: readonly Labels[], label: string): number {
  const [found, right] = [recall(predictions, label), precision(predictions, label)];
  return found + right === 0 ? 0 : (2 * found * right) / (found + right);
}
