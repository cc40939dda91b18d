import type { Tensor, Tensors } from '@medzoo/core/contract';
import { findProbabilitiesFault } from '@medzoo/core/model';
import type { HeadFacts, Trial } from '../facts/head-facts.type.js';
import { error, ok, skipped, warning, type Finding } from '../finding.type.js';

/** Of float32 sums over thousands of terms, in another order. */
const TOLERANCE = 1e-3;

/** What the model answers: that it runs, alone and with others, and that its outputs are logits. */
export function checkOutputs({ trial, trialFault, onnx }: HeadFacts): Finding[] {
  const inGraph = onnx && findProbabilitiesFault(onnx.madeBy);
  if (inGraph) {
    const skip = skipped('runs', 'It is not run before its outputs are logits.');
    return [error('logits', inGraph.message, inGraph.fix), skip];
  }
  if (trialFault !== undefined) {
    return [
      error(
        'runs',
        trialFault,
        'Mend what stands above first; else export it again and run it once in ONNX Runtime where it is made.',
      ),
    ];
  }
  if (!trial) return [skipped('runs', 'There is no model to run.')];
  return [checkPair(trial), checkLogits(trial), checkVariety(trial)].filter((one) => one !== undefined);
}

function checkPair({ singles, pair }: Trial): Finding {
  const fix = 'Export it with a free first dimension, and without a reshape to a fixed batch.';
  if (typeof pair === 'string') return error('runs', `It runs on one image, and not on two together: ${pair}`, fix);
  for (const [name, both] of Object.entries(pair)) {
    const parts = [0, 1].map((index) => singles[index]![name]!);
    const alone = parts.flatMap(({ data }) => Array.from(data, Number));
    const apart = largestDifference(alone, Array.from(both.data, Number));
    if (apart > TOLERANCE) {
      return error(
        'runs',
        `"${name}" of an image is another beside a second image: it differs by ${apart.toPrecision(3)}.`,
        'Use no statistics over the batch: export the model in eval mode.',
      );
    }
  }
  return ok('runs', `alone and together, on ${singles.length} made-up embeddings, with finite answers`);
}

function largestDifference(a: readonly number[], b: readonly number[]): number {
  if (a.length !== b.length) return Infinity;
  const scale = Math.max(1, ...a.slice(0, 1000).map(Math.abs));
  return a.reduce((most, value, index) => Math.max(most, Math.abs(value - b[index]!) / scale), 0);
}

/**
 * Probabilities in the place of logits would go through a second softmax, which makes them all alike. Here by what the
 * model answers, where its graph does not show it.
 */
function checkLogits({ singles }: Trial): Finding | undefined {
  const classes = outputsOf(singles, 'logits');
  if (classes.length > 0 && classes.every(isDistribution)) {
    return error(
      'logits',
      `"logits" are probabilities: not one is below 0, and they sum to 1. A second softmax ` +
        'would make all labels alike.',
      'Leave the softmax out of the exported graph: medzoo applies it, with the temperature of model.json.',
    );
  }
  const exclusive = outputsOf(singles, 'exclusive_masks');
  if (exclusive.length > 0 && exclusive.every(arePixelDistributions)) {
    return error(
      'logits',
      `"exclusive_masks" are probabilities: not one is below 0, and those of a pixel sum to 1. ` +
        'A second softmax would make all labels alike.',
      'Leave the softmax out of the exported graph: medzoo applies it.',
    );
  }
  let found = classes.length + exclusive.length;
  for (const [name, what] of Object.entries(OF_SIGMOID)) {
    const outputs = outputsOf(singles, name);
    found += outputs.length;
    if (outputs.length === 0 || !outputs.every(areShares)) continue;
    return error(
      'logits',
      `"${name}" are probabilities: all lie from 0 to 1. As logits, no ${what} would be below 0.5.`,
      'Leave the sigmoid out of the exported graph: medzoo applies it.',
    );
  }
  return found > 0 ? ok('logits', 'are logits, not probabilities') : undefined;
}

/** Outputs whose logits go through a sigmoid, and what each number of them is about. */
const OF_SIGMOID: Readonly<Record<string, string>> = { masks: 'pixel', label_logits: 'label' };

function areShares({ data }: Tensor): boolean {
  return Array.from(data, Number).every((value) => value >= 0 && value <= 1);
}

function outputsOf(singles: readonly Tensors[], name: string): Tensor[] {
  return singles.map((one) => one[name]).filter((tensor) => tensor !== undefined);
}

function isDistribution({ data }: Tensor): boolean {
  const values = Array.from(data, Number);
  const sum = values.reduce((total, value) => total + value, 0);
  return values.length > 1 && Math.abs(sum - 1) <= TOLERANCE && values.every((value) => value >= 0);
}

/** Of masks that exclude one another: over the channels of each pixel. */
function arePixelDistributions({ shape, data }: Tensor): boolean {
  const channels = shape.at(-3) ?? 1;
  const pixels = data.length / channels;
  const values = Array.from(data, Number);
  const sums = Array.from({ length: pixels }, () => 0);
  values.forEach((value, index) => (sums[index % pixels]! += value));
  return channels > 1 && values.every((value) => value >= 0) && sums.every((sum) => Math.abs(sum - 1) <= TOLERANCE);
}

function checkVariety({ singles }: Trial): Finding | undefined {
  const [first, ...others] = singles;
  const same = Object.entries(first!).every(([name, { data }]) =>
    others.every((one) => String(one[name]!.data) === String(data)),
  );
  if (!same) return undefined;
  return warning(
    'runs',
    'It gives the same answer to every embedding.',
    'Check that the weights are the trained ones: npm run train',
  );
}
