import type { TrainedModel } from '../model/trained-model.js';
import type { ProbabilityMask, Segmentation } from '../answers/decoded-results.js';
import type { Tensors } from '../backend/tensor.js';
import type { DecodeMasksOptions } from './decode-masks.js';
import { softmaxPlanes, winnersOf } from './tensors/exclusive-planes.js';
import { channelsByLabel, numbersByLabel } from './tensors/labelled-outputs.js';
import { refuseProbabilities } from './tensors/refuse-probabilities.js';
import { takeFloat32 } from './tensors/take-tensor.js';

/** Stands for the first channel where there is one more than labels; no label can be called so. */
const BACKGROUND = '';

/**
 * The standard rule of masks that exclude one another. `exclusive_masks` float32 [1, labels, height, width] are logits
 * of a softmax over the channels, one for each label; with one channel more than labels, the first is the background,
 * which has no mask. A pixel belongs to the label whose logit is highest there. `presence` and `iou` float32 [1,
 * labels], where the model has them, are 0..1; without them they follow from the probabilities, as in `decodeMasks`.
 * Throws MODEL_MISMATCH where an output does not fit the labels, and where the masks are probabilities already.
 */
export function decodeExclusiveMasks(
  outputs: Tensors,
  { labels }: Pick<TrainedModel, 'labels'>,
  { targets = labels }: Pick<DecodeMasksOptions, 'targets'> = {},
): Segmentation {
  const tensor = takeFloat32(outputs, 'exclusive_masks');
  const hasBackground = tensor.shape.at(-3) === labels.length + 1;
  const names = hasBackground ? [BACKGROUND, ...labels] : labels;
  const channels = channelsByLabel(tensor, names);
  const planes = names.map((name) => channels.get(name)!.values);
  refuseProbabilities('exclusive_masks', planes);
  const { size } = channels.get(names[0]!)!;
  const [winners, probabilities] = [winnersOf(planes), softmaxPlanes(planes)];
  const optional = (name: string) =>
    Object.hasOwn(outputs, name) ? numbersByLabel(takeFloat32(outputs, name), labels) : undefined;
  const [presence, quality] = [optional('presence'), optional('iou')];
  const maskOf = (label: string): ProbabilityMask => {
    const index = names.indexOf(label);
    const own = probabilities[index]!;
    return {
      ...{ label, size, logits: planes[index]!, threshold: 0 },
      presence: presence?.get(label) ?? own.reduce((a, b) => Math.max(a, b), 0),
      quality: quality?.get(label) ?? expectedIou(own, winners, index),
    };
  };
  const others = names.filter((name) => !targets.includes(name)).map((name) => channels.get(name)!.values);
  return { masks: targets.map(maskOf), exclusive: { others } };
}

/** The sum of the mask's probabilities, over its own size and the probabilities beside it; 1 for one surely empty. */
function expectedIou(probabilities: Float32Array, winners: Uint32Array, own: number): number {
  let [inside, size, beside] = [0, 0, 0];
  probabilities.forEach((probability, cell) => {
    if (winners[cell] !== own) beside += probability;
    else [inside, size] = [inside + probability, size + 1];
  });
  return size === 0 ? Math.max(0, 1 - beside) : inside / (size + beside);
}
