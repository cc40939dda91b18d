import type { Calibration, TrainedModel } from '../model/trained-model.js';
import type { Classification, HeatMap, PlausibleLabels, Score } from '../answers/decoded-results.js';
import type { Tensor, Tensors } from '../backend/tensor.js';
import { scoresOf } from './tensors/labelled-outputs.js';
import { refuseProbabilities } from './tensors/refuse-probabilities.js';
import { takeFloat32 } from './tensors/take-tensor.js';

export interface DecodeClassesOptions {
  /** Whether to answer with a heat map, where the model has an output for it. Default true. */
  readonly heatMap?: boolean;
}

/**
 * The standard rule of a classification head. `logits` float32 [1, labels], divided by the model file's temperature,
 * become probabilities by softmax; its conformal quantiles decide which labels are plausible; `evidence` float32 [1,
 * height, width], where there is one, is the heat map. Throws MODEL_MISMATCH where an output is missing or does not fit
 * the labels, and where `logits` are probabilities already.
 */
export function decodeClasses(
  outputs: Tensors,
  { labels, calibration }: Pick<TrainedModel, 'labels' | 'calibration'>,
  { heatMap = true }: DecodeClassesOptions = {},
): Classification {
  const logits = takeFloat32(outputs, 'logits');
  const scores = scoresOf(logits, labels, { temperature: calibration?.temperature });
  refuseProbabilities('logits', [logits.data]);
  const plausible = plausibleLabels(scores, calibration);
  const isShown = heatMap && Object.hasOwn(outputs, 'evidence');
  return {
    scores,
    ...(plausible && { plausible }),
    ...(isShown && { heatMap: heatMapOf(takeFloat32(outputs, 'evidence')) }),
  };
}

/**
 * The class-conditional conformal set: each label whose probability is not too small for what that label usually gets,
 * and the most probable one. Where none fits, which is an image on which the model wavers, the most probable ones that
 * hold all but the error rate together. What is added can only raise the share of images whose true label is in the
 * set.
 */
function plausibleLabels(scores: readonly Score[], calibration?: Calibration): PlausibleLabels | undefined {
  const conformal = calibration?.conformal;
  if (!conformal) return undefined;
  const { errorRate, quantiles } = conformal;
  const sorted = scores.toSorted((a, b) => b.probability - a.probability);
  const fits = ({ label, probability }: Score): boolean => 1 - probability <= (quantiles[label] ?? 1);
  const kept = sorted.some(fits)
    ? sorted.filter((score, index) => index === 0 || fits(score))
    : mostProbable(sorted, 1 - errorRate);
  return { labels: kept.map(({ label }) => label), errorRate };
}

/** The fewest of these, sorted scores, whose probabilities sum to `share`. */
function mostProbable(sorted: readonly Score[], share: number): readonly Score[] {
  let sum = 0;
  const end = sorted.findIndex(({ probability }) => (sum += probability) >= share);
  return end < 0 ? sorted : sorted.slice(0, end + 1);
}

/** What speaks for the label, 1 where it is strongest; 0 where nothing does, or something speaks against it. */
function heatMapOf({ shape, data }: Tensor<'float32'>): HeatMap {
  const [height = 0, width = 0] = shape.slice(1);
  const largest = data.reduce((a, b) => Math.max(a, b), Number.MIN_VALUE);
  return { size: { width, height }, values: data.map((value) => Math.max(value, 0) / largest) };
}
