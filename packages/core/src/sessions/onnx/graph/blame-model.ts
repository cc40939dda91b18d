import { isZooError, ZooError, type ModelSpec } from '../../../contract/index.js';
import { findNanWeight } from './find-nan-weight.js';
import { describeThrown } from '../../../contract/text/describe-thrown.js';

/**
 * Throws MODEL_MISMATCH for a model file of which a weight is NaN: it is verified, so this is how its author made it.
 */
export function checkWeights({ sha256 }: ModelSpec, model: Uint8Array, external?: Uint8Array): void {
  const weight = findNanWeight(model, external);
  if (weight === undefined) return;
  throw new ZooError(
    'MODEL_MISMATCH',
    `The model's weight "${weight}" holds NaN, and numbers were expected (digest ${sha256}). The training went ` +
      'wrong, or the export: take an earlier checkpoint, and export the model again.',
    { details: { weight, sha256 } },
  );
}

/** What ONNX Runtime 1.30 says, and what the author is to do. */
const ADVICE: readonly (readonly [says: RegExp, advice: string])[] = [
  [/opset/i, 'Export it again with an opset of at most 26.'],
  [/IR version/i, 'Save it again with an IR version of at most 13.'],
  [/No Op registered|not a registered|is not registered/i, 'Export it again with operators that ONNX Runtime has.'],
  [
    /External (file|initializer)/,
    'Name in `data` of the model file the one file that the graph takes its weights from, whole and under the same name.',
  ],
];

/**
 * Files of a verified digest are not damaged: it is memory that may be missing, and the rest is the file's own fault.
 * A function of ONNX Runtime whose name ends in "InMemory" says nothing of that.
 */
const OUT_OF_MEMORY = /alloc|(?<![a-z])memory/i;

/**
 * A fault of loading a verified model on the CPU, which runs all that ONNX Runtime knows: MODEL_MISMATCH, the author's.
 * One for want of memory is given back as it is.
 */
export function blameModel(cause: unknown, { sha256 }: ModelSpec): unknown {
  const reason = describeThrown(cause).trim();
  if (isZooError(cause) || OUT_OF_MEMORY.test(reason)) return cause;
  const advice =
    ADVICE.find(([says]) => says.test(reason))?.[1] ?? 'Export it again, and load it once where it is made.';
  return new ZooError(
    'MODEL_MISMATCH',
    `ONNX Runtime cannot load the model, whose file is whole (digest ${sha256}): ${withoutPlace(reason)} ${advice}`,
    { details: { sha256 }, cause },
  );
}

/** Without the C++ file and function that its messages begin with. */
function withoutPlace(reason: string): string {
  const text = reason.replace(/^\/\S+\.(?:cc|h):\d+ .*?\) (?=[A-Z])/s, '').trim();
  return /[.!]$/.test(text) ? text : `${text}.`;
}
