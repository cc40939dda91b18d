import { softmax } from './activations.js';
import { ZooError } from '../errors.js';
import type { Score } from '../results.js';
import type { Size, Tensor } from '../tensor.js';

export interface ScoresOptions {
  /** Logits are divided by it before the softmax; above 1, probabilities are more cautious. 1 by default. */
  readonly temperature?: number | undefined;
}

/**
 * A classifier's logits, float32 [1, labels] or [labels], as a probability for each label: their softmax, which sums to
 * 1. Throws MODEL_MISMATCH where there are not as many logits as labels, and HEAD_FAILED for a logit that is NaN or
 * infinite, or a temperature that is not above 0.
 */
export function scoresOf(
  logits: Tensor<'float32'>,
  labels: readonly string[],
  { temperature = 1 }: ScoresOptions = {},
): Score[] {
  if (!(temperature > 0 && temperature < Infinity)) {
    throw new ZooError('HEAD_FAILED', `A temperature is a finite number above 0; got ${temperature}.`);
  }
  const probabilities = softmax(checkPerLabel(logits, labels, 1), temperature);
  return labels.map((label, index) => ({ label, probability: probabilities[index]! }));
}

/**
 * One number per label, such as a presence or an estimated IoU: float32 [1, labels] or [labels]. Throws MODEL_MISMATCH
 * where there are not as many as labels, and HEAD_FAILED for a number that is NaN or infinite.
 */
export function numbersByLabel(numbers: Tensor<'float32'>, labels: readonly string[]): ReadonlyMap<string, number> {
  const values = checkPerLabel(numbers, labels, 1);
  return new Map(labels.map((label, index) => [label, values[index]!]));
}

/** One channel of a mask output: float32 [height, width], row-major, a view into the output. */
export interface MaskChannel {
  readonly size: Size;
  readonly values: Float32Array;
}

/**
 * The channel of each label in a mask output, float32 [1, labels, height, width] or [labels, height, width]. Nothing is
 * copied. Throws MODEL_MISMATCH where there are not as many channels as labels.
 */
export function channelsByLabel(masks: Tensor<'float32'>, labels: readonly string[]): ReadonlyMap<string, MaskChannel> {
  const [height = 0, width = 0] = masks.shape.slice(-2);
  checkCount(masks, labels, 3);
  const channels = labels.map((label, index): [string, MaskChannel] => {
    const values = masks.data.subarray(index * height * width, (index + 1) * height * width);
    return [label, { size: { width, height }, values }];
  });
  return new Map(channels);
}

function checkPerLabel(tensor: Tensor<'float32'>, labels: readonly string[], rank: number): Float32Array {
  checkCount(tensor, labels, rank);
  const index = tensor.data.findIndex((value) => !Number.isFinite(value));
  if (index === -1) return tensor.data;
  throw new ZooError(
    'HEAD_FAILED',
    `The model gave ${tensor.data[index]!} for the label "${labels[index]!}"; a finite number was expected. Check its weights.`,
  );
}

/** `rank` is that of a tensor without the batch, whose first dimension is the labels. */
function checkCount({ shape, data }: Tensor<'float32'>, labels: readonly string[], rank: number): void {
  const own = shape.length === rank + 1 && shape[0] === 1 ? shape.slice(1) : shape;
  const length = own.reduce((product, one) => product * one, 1);
  if (own.length === rank && own[0] === labels.length && data.length === length) return;
  const expected = rank === 1 ? `[1, ${labels.length}]` : `[1, ${labels.length}, height, width]`;
  throw new ZooError(
    'MODEL_MISMATCH',
    `The model has ${labels.length} labels (${labels.join(', ')}), so float32 ${expected} was expected; the output is float32 ` +
      `[${shape.join(', ')}]. Name one label for each entry in the model file, in the order of the output.`,
    { details: { labels, found: shape } },
  );
}
