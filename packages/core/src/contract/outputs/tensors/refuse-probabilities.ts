import { ZooError } from '../../errors/errors.js';

/** How far a float32 softmax may be from summing to 1, for each value. */
const ROUNDING = 2 ** -23;

/**
 * Throws MODEL_MISMATCH where an output that should hold logits holds what a softmax made: a second softmax would make
 * all labels about equally probable, and the answer would look like one in doubt. `values` are the output's float32
 * channels: one of a value for each label, or several of which each has one for each cell. Values of exactly 0 or 1 say
 * nothing, since logits may be so.
 */
export function refuseProbabilities(output: string, values: readonly Float32Array[]): void {
  const areProbabilities =
    values.length === 1
      ? sumToOne(values[0]!)
      : values[0]!.length > 0 && values[0]!.every((_, cell) => sumToOne(values.map((channel) => channel[cell]!)));
  if (!areProbabilities) return;
  throw new ZooError(
    'MODEL_MISMATCH',
    `The output "${output}" holds probabilities: all lie between 0 and 1, and those of the labels sum to 1. Leave the ` +
      'softmax out of the exported graph: medzoo applies it.',
  );
}

function sumToOne(values: Float32Array | readonly number[]): boolean {
  let sum = 0;
  for (const value of values) {
    if (!(value > 0 && value < 1)) return false;
    sum += value;
  }
  return values.length > 1 && Math.abs(sum - 1) <= values.length * ROUNDING;
}
