import { z } from 'zod';
import { aName } from './names/a-name.js';
import { strictObject } from './schema/strict-object.js';

const count = z.int().positive();
const listOf = <T extends z.ZodType>(item: T) => z.array(item).readonly();

export const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 lower-case hexadecimal digits');

const SAY_ELEMENTS =
  'tensors are of float32, uint8 or int64; a model that computes in float16 needs a Cast at its inputs and outputs';

const tensorSpec = strictObject({
  name: aName,
  dtype: z.enum(['float32', 'uint8', 'int64'], { error: SAY_ELEMENTS }),
  /**
   * A string is a free dimension. 'batch', the first of every tensor of a model, is of items that do not know of one
   * another.
   */
  shape: listOf(z.union([count, aName], { error: 'a length is a whole number above 0, or the name of a free one' })),
});

export type TensorSpec = z.infer<typeof tensorSpec>;

export const fileFields = {
  /** file:, https:, or http: on this machine. */
  url: aName,
  sha256,
  bytes: count,
};
export const weightsFile = strictObject(fileFields);

/** A file of weights, and what is promised about it. */
export type WeightsFile = z.infer<typeof weightsFile>;

export const modelSpec = strictObject({
  ...fileFields,
  /** ONNX external data, for weights of over 2 GB: the model names it by the last part of this URL. */
  data: weightsFile.exactOptional(),
  inputs: listOf(tensorSpec).refine((tensors) => tensors.length > 0, 'a model has at least one input'),
  outputs: listOf(tensorSpec).refine((tensors) => tensors.length > 0, 'a model has at least one output'),
});

/** A model file, and what is promised about it: both are checked before it runs. */
export type ModelSpec = z.infer<typeof modelSpec>;
