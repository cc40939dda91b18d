import { accuracy } from './accuracy.js';
import { groupBy } from './group-by.js';
import type { Prediction } from './prediction.type.js';
import { mean } from './summary.js';

const BINS = 15;

/**
 * Expected calibration error of the most probable label (Guo et al. 2017): in 15 equally wide bins of its probability,
 * the gap between mean probability and accuracy, weighted by images. 0 is honest; small sets read too high.
 */
export function calibrationError(predictions: readonly Prediction[]): number {
  const bins = groupBy(predictions, (prediction) => Math.min(BINS - 1, Math.floor(confidence(prediction) * BINS)));
  const gaps = [...bins.values()].map((bin) => bin.length * Math.abs(mean(bin.map(confidence)) - accuracy(bin)));
  return gaps.reduce((sum, gap) => sum + gap, 0) / predictions.length;
}

function confidence({ predicted, probabilities }: Prediction): number {
  return probabilities[predicted] ?? 0;
}
