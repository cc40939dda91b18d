import type { TrainedModel } from './trained-model.js';
import type { ModelSpec } from './model-spec.js';
import { REFERENCE, type ModelVariant } from './variants.js';

/** A model with all of its files, of which a backend opens one. */
export interface ModelFiles extends ModelSpec {
  readonly variants?: readonly ModelVariant[];
}

/** One of the files of a model. */
export interface ModelFile {
  /** That of a variant; 'reference' for the model itself. */
  readonly precision: string;
  /** Of this file: its address, digest and size, and the tensors of the model. */
  readonly spec: ModelSpec;
}

/** Which of a model's files may be opened: the first variant for the execution provider, or the model itself. */
export type PrecisionChoice = 'auto' | typeof REFERENCE;

/** The model of a head or of an encoder as it is given to a backend. */
export function filesOfModel({ model, variants }: Pick<TrainedModel, 'model' | 'variants'>): ModelFiles {
  return variants ? { ...model, variants } : model;
}

/** The model itself. */
export function referenceOf({ variants: _, ...spec }: ModelFiles): ModelFile {
  return { precision: REFERENCE, spec };
}

/** The file for an execution provider, given without its device. */
export function chooseFile(files: ModelFiles, provider: string, choice: PrecisionChoice = 'auto'): ModelFile {
  const isFor = ({ providers }: ModelVariant): boolean => (providers as readonly string[]).includes(provider);
  const variant = choice === 'auto' ? files.variants?.find(isFor) : undefined;
  if (!variant) return referenceOf(files);
  const { precision, url, sha256, bytes, data } = variant;
  const { inputs, outputs } = files;
  return { precision, spec: { url, sha256, bytes, ...(data && { data }), inputs, outputs } };
}
