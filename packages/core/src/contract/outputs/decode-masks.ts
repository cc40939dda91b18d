import type { TrainedModel } from '../model/trained-model.js';
import type { ProbabilityMask, Segmentation } from '../answers/decoded-results.js';
import type { Tensors } from '../backend/tensor.js';
import { sigmoid, sigmoidOf } from './tensors/activations.js';
import { channelsByLabel, numbersByLabel } from './tensors/labelled-outputs.js';
import { takeFloat32 } from './tensors/take-tensor.js';

export interface DecodeMasksOptions {
  /** Which labels to answer with; all of them by default. */
  readonly targets?: readonly string[];
  /** Probability from which a pixel belongs; by default the label's own threshold in the model file, else 0.5. */
  readonly threshold?: number | undefined;
}

/** From which a pixel belongs to a mask, where nobody says. */
const HALF = 0.5;

/**
 * The standard rule of a segmentation head. `masks` float32 [1, labels, height, width] are logits, one channel for each
 * label. `presence` and `iou` float32 [1, labels], where the model has them, are 0..1. Without them a target's presence
 * is the highest probability in its mask, and its quality the IoU that its own probabilities promise. Throws
 * MODEL_MISMATCH where an output does not fit the labels.
 */
export function decodeMasks(
  outputs: Tensors,
  { labels, thresholds = {} }: Pick<TrainedModel, 'labels' | 'thresholds'>,
  { targets = labels, threshold }: DecodeMasksOptions = {},
): Segmentation {
  const channels = channelsByLabel(takeFloat32(outputs, 'masks'), labels);
  const optional = (name: string) =>
    Object.hasOwn(outputs, name) ? numbersByLabel(takeFloat32(outputs, name), labels) : undefined;
  const [presence, quality] = [optional('presence'), optional('iou')];
  const maskOf = (label: string): ProbabilityMask => {
    const { size, values: logits } = channels.get(label)!;
    const limit = threshold ?? thresholds[label] ?? HALF;
    return {
      ...{ label, size, logits, threshold: limit },
      presence: presence?.get(label) ?? highestProbability(logits),
      quality: quality?.get(label) ?? expectedIou(logits, limit),
    };
  };
  return { masks: targets.map(maskOf) };
}

function highestProbability(logits: Float32Array): number {
  return sigmoidOf(logits.reduce((a, b) => Math.max(a, b), -Infinity));
}

/**
 * The sum of the mask's probabilities, over its own size and the probabilities beside it; 1 for a mask that is surely
 * empty.
 */
function expectedIou(logits: Float32Array, threshold: number): number {
  let [inside, size, beside] = [0, 0, 0];
  for (const probability of sigmoid(logits)) {
    if (probability < threshold) beside += probability;
    else [inside, size] = [inside + probability, size + 1];
  }
  return size === 0 ? Math.max(0, 1 - beside) : inside / (size + beside);
}
