import type { OnnxDescription } from '@medzoo/core';
import type { Head, Tensors } from '@medzoo/core/contract';
import type { LooseModel } from './read-model.js';
import type { VariantFacts } from './read-variants.js';

/** What a model answered to made-up embeddings. */
export interface Trial {
  /** One embedding at a time. */
  readonly singles: readonly Tensors[];
  /** The first two together; what the runtime says, where that did not run. */
  readonly pair: Tensors | string;
}

/**
 * What is known of one head before anybody judges it. Whatever could not be read is left out, and `faults` says why.
 */
export interface HeadFacts {
  /** The head's folder, absolute. */
  readonly folder: string;
  /** Absolute. */
  readonly modelFile: string;
  readonly model: LooseModel | undefined;
  readonly onnx: OnnxDescription | undefined;
  readonly digest: string | undefined;
  /** What start-up says of the model file; undefined if it takes it. */
  readonly modelFault: string | undefined;
  readonly onnxFault: string | undefined;
  /** The model's other files, in the order of model.json. */
  readonly variants: readonly VariantFacts[];
  /** By the package's code, or by the standard rule where there is none. */
  readonly head: Head | undefined;
  readonly hasCode: boolean;
  readonly headFault: string | undefined;
  /** Of the model that runs; undefined where it did not. */
  readonly trial: Trial | undefined;
  readonly trialFault: string | undefined;
  /** golden.json, if there is one. */
  readonly goldenFile: string | undefined;
}
