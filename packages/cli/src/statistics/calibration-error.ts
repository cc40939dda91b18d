import { accuracy } from './accuracy.js';
import { createRandom, type Interval } from './bootstrap.js';
import { groupBy } from './group-by.js';
import type { Prediction } from './prediction.type.js';
import { mean, quantile } from './summary.js';

const BINS = 15;
const DRAWS = 1000;

/**
 * Expected calibration error of the most probable label (Guo et al. 2017): in 15 equally wide bins of its probability,
 * the gap between mean probability and accuracy, weighted by images. 0 is honest; small sets read too high.
 */
export function calibrationError(predictions: readonly Prediction[]): number {
  const bins = groupBy(predictions, binOf);
  const gaps = [...bins.values()].map((bin) => bin.length * Math.abs(mean(bin.map(confidence)) - accuracy(bin)));
  return gaps.reduce((sum, gap) => sum + gap, 0) / predictions.length;
}

/**
 * What `calibrationError` would read of so few images if the head were perfectly calibrated: the mean, and the range of
 * 95 %, of draws in which each answer is right as often as it says. An error within that range is no sign of a fault.
 * The same for the same seed. NaN of no prediction.
 */
export function errorIfCalibrated(
  predictions: readonly Prediction[],
  seed: number,
): { readonly value: number; readonly interval95: Interval } {
  const random = createRandom(seed);
  const confidences = Float64Array.from(predictions, confidence);
  const bins = Uint8Array.from(predictions, binOf);
  const draw = (): number => {
    const gaps = new Float64Array(BINS);
    confidences.forEach((share, at) => (gaps[bins[at]!]! += share - (random() < share ? 1 : 0)));
    return gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / predictions.length;
  };
  const errors = Array.from({ length: DRAWS }, draw);
  return { value: mean(errors), interval95: [quantile(errors, 0.025), quantile(errors, 0.975)] };
}

function binOf(prediction: Prediction): number {
  return Math.min(BINS - 1, Math.floor(confidence(prediction) * BINS));
}

function confidence({ predicted, probabilities }: Prediction): number {
  return probabilities[predicted] ?? 0;
}
