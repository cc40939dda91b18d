import { checkParams, isZooError, ZooError, type Head, type Tensor, type TensorSpec } from '../../contract/index.js';
import { describeTensors } from '../../model/describe-tensors.js';
import { exampleParams } from '../models/example-params.js';

/**
 * Lets a head decode zeros of the shapes that its model file declares: where it looks for an output that the model does
 * not have, or for another number of entries, no image would ever be answered. Throws INVALID_MANIFEST, which lists the
 * outputs. Nothing runs, and any other fault of `decode` is left to real outputs. A model with another free dimension
 * than the batch is not looked at, since nobody knows its lengths.
 */
export function checkDecoding(head: Head): void {
  const { manifest, encoder, trained } = head;
  const { outputs } = trained.model;
  if (!outputs.every(hasKnownLengths)) return;
  const given = exampleParams(manifest.params, encoder.trained.preprocess.size);
  const params = checkParams(manifest.params, given, trained.labels);
  try {
    head.decode({
      outputs: Object.fromEntries(outputs.map((spec) => [spec.name, zerosOf(spec)])),
      params,
      trained,
    });
  } catch (cause) {
    if (!isZooError(cause) || cause.code !== 'MODEL_MISMATCH') return;
    throw new ZooError(
      'INVALID_MANIFEST',
      `The head "${manifest.id}" cannot be served, since it cannot decode what its model gives. ${cause.message} Its ` +
        `model file declares ${describeTensors(outputs)}. Export the model with output_names that the head's decode ` +
        'reads, or read these outputs in its decode.',
      { details: { head: manifest.id }, cause },
    );
  }
}

function hasKnownLengths({ shape }: TensorSpec): boolean {
  return shape.slice(1).every((length) => typeof length === 'number');
}

function zerosOf({ dtype, shape }: TensorSpec): Tensor {
  const lengths = shape.map((length) => (typeof length === 'number' ? length : 1));
  const length = lengths.reduce((product, one) => product * one, 1);
  if (dtype === 'int64') return { dtype, shape: lengths, data: new BigInt64Array(length) };
  if (dtype === 'uint8') return { dtype, shape: lengths, data: new Uint8Array(length) };
  return { dtype, shape: lengths, data: new Float32Array(length) };
}
