import type { TrainedModel } from '../model/trained-model.js';
import type { Multilabel } from '../answers/decoded-results.js';
import type { Tensors } from '../backend/tensor.js';
import { sigmoidOf } from './tensors/activations.js';
import { checkTemperature, numbersByLabel } from './tensors/labelled-outputs.js';
import { takeFloat32 } from './tensors/take-tensor.js';

/** From which an image has a label, where nobody says. */
const HALF = 0.5;

/**
 * The standard rule of a multi-label head. `label_logits` float32 [1, labels], divided by the model file's temperature,
 * become probabilities by sigmoid, each label by itself; its `thresholds`, 0.5 by default, say from where an image has
 * the label. Throws MODEL_MISMATCH where there are not as many logits as labels, and HEAD_FAILED for a logit that is
 * NaN or infinite.
 */
export function decodeLabels(
  outputs: Tensors,
  { labels, thresholds = {}, calibration }: Pick<TrainedModel, 'labels' | 'thresholds' | 'calibration'>,
): Multilabel {
  const logits = numbersByLabel(takeFloat32(outputs, 'label_logits'), labels);
  const temperature = checkTemperature(calibration?.temperature ?? 1);
  return {
    scores: labels.map((label) => ({
      label,
      probability: sigmoidOf(logits.get(label)! / temperature),
      threshold: thresholds[label] ?? HALF,
    })),
  };
}
