import { softmax } from './activations.js';
import { ZooError } from '../../errors/errors.js';
import type { Score } from '../../answers/decoded-results.js';
import type { Size, Tensor } from '../../backend/tensor.js';
import { countOf } from '../../text/count-of.js';

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
  const probabilities = softmax(checkPerLabel(logits, labels), checkTemperature(temperature));
  return labels.map((label, index) => ({ label, probability: probabilities[index]! }));
}

/** Gives back what logits may be divided by; throws HEAD_FAILED for anything else. */
export function checkTemperature(temperature: number): number {
  if (temperature > 0 && temperature < Infinity) return temperature;
  throw new ZooError('HEAD_FAILED', `A temperature is a finite number above 0; got ${temperature}.`);
}

/**
 * One number per label, such as a presence or an estimated IoU: float32 [1, labels] or [labels]. Throws MODEL_MISMATCH
 * where there are not as many as labels, and HEAD_FAILED for a number that is NaN or infinite.
 */
export function numbersByLabel(numbers: Tensor<'float32'>, labels: readonly string[]): ReadonlyMap<string, number> {
  const values = checkPerLabel(numbers, labels);
  return new Map(labels.map((label, index) => [label, values[index]!]));
}

/**
 * Two numbers per label, such as x and y: float32 [1, labels, 2] or [labels, 2]. Throws as `numbersByLabel` does.
 */
export function pairsByLabel(
  pairs: Tensor<'float32'>,
  labels: readonly string[],
): ReadonlyMap<string, readonly [number, number]> {
  const values = checkPerLabel(pairs, labels, [2]);
  return new Map(labels.map((label, index) => [label, [values[2 * index]!, values[2 * index + 1]!]]));
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
  checkCount(masks, labels, ['height', 'width']);
  const channels = labels.map((label, index): [string, MaskChannel] => {
    const values = masks.data.subarray(index * height * width, (index + 1) * height * width);
    return [label, { size: { width, height }, values }];
  });
  return new Map(channels);
}

/** Gives back the numbers of a tensor that has some for each label; throws HEAD_FAILED for one that is not finite. */
export function checkFinite({ data }: Tensor<'float32'>, labels: readonly string[]): Float32Array {
  const index = data.findIndex((value) => !Number.isFinite(value));
  if (index === -1) return data;
  const label = labels[Math.floor((index * labels.length) / data.length)]!;
  throw new ZooError(
    'HEAD_FAILED',
    `The model gave ${data[index]!} for the label "${label}"; a finite number was expected. Check its weights.`,
  );
}

/** `rest` are the dimensions behind the labels: their lengths, or the names of free ones. */
function checkCount({ shape, data }: Tensor<'float32'>, labels: readonly string[], rest: readonly (number | string)[]) {
  const own = shape.length === rest.length + 2 && shape[0] === 1 ? shape.slice(1) : shape;
  const length = own.reduce((product, one) => product * one, 1);
  const expected = [labels.length, ...rest];
  const fits =
    own.length === expected.length && expected.every((one, axis) => typeof one === 'string' || one === own[axis]);
  if (fits && data.length === length) return;
  throw new ZooError(
    'MODEL_MISMATCH',
    `The model has ${countOf(labels.length, 'label')} (${labels.join(', ')}), so float32 ` +
      `[${[1, ...expected].join(', ')}] was expected; the output is float32 [${shape.join(', ')}]. ` +
      'Name one label for each entry in the model file, in the order of the output.',
    { details: { labels, found: shape } },
  );
}

function checkPerLabel(
  tensor: Tensor<'float32'>,
  labels: readonly string[],
  rest: readonly number[] = [],
): Float32Array {
  checkCount(tensor, labels, rest);
  return checkFinite(tensor, labels);
}
