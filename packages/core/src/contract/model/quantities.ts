import { z } from 'zod';
import { aName } from './names/a-name.js';
import { strictObject } from './schema/strict-object.js';

const predictionInterval = strictObject({
  /** The share of images like those it was fitted on whose true value lies within. */
  coverage: z.number().gt(0).lt(1),
  /** In the quantity's unit: the interval is the value, this much less and this much more. */
  halfWidth: z.number().min(0),
  /** Held-out images that it was fitted on. */
  n: z.int().positive(),
  dataset: aName.exactOptional(),
  split: aName.exactOptional(),
}).refine(({ coverage, n }) => Math.ceil((n + 1) * coverage) <= n, {
  path: ['n'],
  error: 'are too few images for this coverage, which takes at least coverage / (1 - coverage) of them',
});

const quantity = strictObject({
  /** In UCUM's symbols, as DICOM writes units: 'mo', 'mm', 'mL', '%'; '1' for a number without one. */
  unit: z
    .string()
    .max(16)
    .regex(/^[!-~]+$/, 'expected a unit in the symbols of UCUM, such as "mm" or "1", without spaces'),
  /** Of the values in training, for a model that answers (value - mean) / std; 0 by default. */
  mean: z.number().exactOptional(),
  /** 1 by default. */
  std: z.number().positive().exactOptional(),
  /**
   * A split conformal interval: the `ceil((n + 1) * coverage)`-th smallest of n absolute differences between held-out
   * answers and true values.
   */
  interval: predictionInterval.exactOptional(),
});

/** What a regression answers for one of its labels. */
export type QuantitySpec = z.infer<typeof quantity>;

/** By label. */
export const quantities = z.record(z.string(), quantity).readonly();
