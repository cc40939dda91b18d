import type { z } from 'zod';
import {
  aFlag,
  aString,
  aWholeNumber,
  expecting,
  listOf,
  maybe,
  oneOf,
  options,
} from '../../contract/options/option-schemas.js';
import type { PrecisionChoice } from '../../contract/model/model-files.js';
import { REFERENCE } from '../../contract/model/variants.js';
import { weightsOptions } from '../../model/weights/weights-options.js';

/** More threads than any machine has cores are a slip, and each takes memory. */
const MOST_THREADS = 1024;

const LADDER = "a list of execution providers, such as ['cuda', 'cpu']";

/** Execution providers in order of preference. */
export const providerList = listOf(aString, LADDER).refine((providers) => providers.length > 0, expecting(LADDER));

export const onnxFields = {
  /** Execution providers in order of preference, such as `['cuda:0', 'cpu']`; `['cpu']` if left out. */
  providers: maybe(providerList),
  /** Opens no model on the CPU, even if `providers` names it: whatever keeps a GPU from being used is an error. */
  requireGpu: maybe(aFlag),
  /**
   * In which precision models run, encoders and heads. With 'auto', the default, a model runs the first of its `variants`
   * that is for the execution provider in use, such as int8 on the CPU; with 'reference' it runs its own file on every
   * provider.
   */
  precision: maybe(oneOf<PrecisionChoice>(['auto', REFERENCE])),
  /** Threads of one run on the CPU; by the container's quota if left out. */
  threads: maybe(aWholeNumber(1, MOST_THREADS)),
  /**
   * Threads of one run on the CPU in a worker of `connectZoo` while no other worker has a call. If left out, a worker
   * that shares the cores uses all of them then (8 at most), unless `threads` or `memoryBudget` is set. A worker that
   * often runs alone keeps each model open a second time for it; the value of `threads` prevents that.
   */
  threadsWhenAlone: maybe(aWholeNumber(1, MOST_THREADS)),
  /**
   * Whether models on the CPU are opened from weights that this machine has packed, which workers share and which open
   * in half the time. They are written below the cache folder of `weights`. The default is MEDZOO_PACKED_WEIGHTS (on or
   * off), else on in the workers of `connectZoo` and off elsewhere. Linux only.
   */
  packedWeights: maybe(aFlag),
  /** Where weights that are not in a package come from, and where they are kept. */
  weights: maybe(weightsOptions),
};

export const onnxOptions = options(onnxFields);

export type OnnxOptions = z.infer<typeof onnxOptions>;
