import { ZooError, type TensorSpec, type TrainedEncoder, type TrainedModel } from '@medzoo/core/contract';

/** A null dimension may be free or of any length. */
type Expected = readonly (readonly [name: string, shape: readonly (number | null)[]])[];

/**
 * Holds a SAM-Med2D's two model files against one another and against what the head feeds them; throws MODEL_MISMATCH.
 * Else a file taken from another model, or from another converter, would come to light with the first image.
 */
export function checkPair(encoder: TrainedEncoder, decoder: TrainedModel): void {
  const { width, height } = encoder.preprocess.size;
  const channels = encoder.preprocess.channels === 'gray' ? 1 : 3;
  const shape = encoder.model.outputs[0]?.shape ?? [];
  const [features, rows, columns] = shape.slice(1);
  if (typeof features !== 'number' || typeof rows !== 'number' || typeof columns !== 'number' || shape.length !== 4) {
    throw mismatch(
      `The encoder "${encoder.name}"`,
      'one embedding float32 [batch, features, rows, columns]',
      encoder.model.outputs,
    );
  }
  const [input] = encoder.model.inputs;
  check(
    `The encoder "${encoder.name}"`,
    [[input?.name ?? 'image', [null, channels, height, width]]],
    encoder.model.inputs,
  );
  check(
    `The encoder "${encoder.name}"`,
    [[encoder.model.outputs[0]!.name, shape.map(toExpected)]],
    encoder.model.outputs,
  );

  const whose = `The decoder "${decoder.name}" on the encoder "${encoder.name}"`;
  const feeds: Expected = [
    ['embedding', [null, features, rows, columns]],
    ['point_coords', [null, null, 2]],
    ['point_labels', [null, null]],
    ['mask_input', [null, 1, rows * 4, columns * 4]],
    ['has_mask_input', [null]],
  ];
  // Ours looks closer at the image around the prompt, and answers with two masks: one for clear prompts, one for
  // ambiguous ones.
  const looksCloser = decoder.model.inputs.some(({ name }) => name === 'image');
  const masks = looksCloser ? 2 : 4;
  const answers: Expected = [
    ['masks', [null, masks, null, null]],
    ['iou', [null, masks]],
  ];
  check(whose, looksCloser ? [...feeds, ['image', [null, channels, height, width]]] : feeds, decoder.model.inputs);
  check(whose, answers, decoder.model.outputs);
}

function toExpected(length: number | string): number | null {
  return typeof length === 'number' ? length : null;
}

function check(whose: string, expected: Expected, found: readonly TensorSpec[]): void {
  const fits = expected.every(([name, shape]) => {
    const tensor = found.find((one) => one.name === name);
    return tensor?.dtype === 'float32' && isShape(shape, tensor.shape);
  });
  if (fits && found.length === expected.length) return;
  const wanted = expected.map(
    ([name, shape]) => `${name} float32 [${shape.map((length) => length ?? 'any').join(', ')}]`,
  );
  throw mismatch(whose, wanted.join('; '), found);
}

function isShape(expected: readonly (number | null)[], found: TensorSpec['shape']): boolean {
  return (
    expected.length === found.length && expected.every((length, axis) => length === null || length === found[axis])
  );
}

function mismatch(whose: string, expected: string, tensors: readonly TensorSpec[]): ZooError {
  const found = tensors.map(({ name, dtype, shape }) => `${name} ${dtype} [${shape.join(', ')}]`).join('; ');
  return new ZooError(
    'MODEL_MISMATCH',
    `${whose} must have ${expected}; its model file declares ${found}. Take both files of one run of medzoo_train.convert.`,
    { details: { expected, found } },
  );
}
