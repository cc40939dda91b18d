import { z } from 'zod';
import { aName } from './names/a-name.js';
import { PROVIDER_NAMES } from './names/provider-names.js';
import { fileFields, weightsFile } from './model-spec.js';
import { strictObject } from './schema/strict-object.js';

/** What provenance calls the file that `model` names, and what an option calls the wish for it. */
export const REFERENCE = 'reference';

/** More files of one model than that nobody would publish. */
const MOST_VARIANTS = 4;

const SAY_PRECISION = 'lower-case words and digits joined by hyphens, such as "int8-static"';
const precision = z
  .string()
  .max(32)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, { error: `a precision is ${SAY_PRECISION}` })
  .refine((given) => given !== REFERENCE && given !== 'auto', {
    error: '"reference" and "auto" are words of the option `precision`: name the numbers that the weights are in',
  });

const gateResult = strictObject({
  dataset: aName,
  metric: aName,
  split: aName,
  /** The label it is about; all of them by default. */
  label: aName.exactOptional(),
  /** Images that both numbers are of. */
  n: z.int().positive(),
  /** With `model`: of an encoder, with its embeddings. */
  before: z.number(),
  /** With the variant. */
  after: z.number(),
});

/** A number of a head with the reference, its own or its encoder's, and with a variant of that. */
export type GateResult = z.infer<typeof gateResult>;

const variant = strictObject({
  /** What its numbers are, such as 'int8-static'. */
  precision,
  /** Execution providers that run this file in the place of `model`, without a device: 'cpu', 'cuda'. */
  providers: z
    .array(z.enum(PROVIDER_NAMES, { error: `an execution provider is one of ${PROVIDER_NAMES.join(', ')}` }))
    .min(1)
    .readonly(),
  /** As that of `model`. */
  ...fileFields,
  /** ONNX external data, as that of `model`; or the file of `model`, from which the graph takes its weights. */
  data: weightsFile.exactOptional(),
  /** What shows that it is the same model: a head answers alike, or heads on the encoder do. */
  gate: z.array(gateResult).min(1).readonly(),
});

/**
 * Weights of a head or of an encoder in another precision: the same model, as its author's `gate` shows. It has the
 * inputs and outputs of `model`.
 */
export type ModelVariant = z.infer<typeof variant>;

export const variants = z.array(variant).max(MOST_VARIANTS).readonly();

interface WithVariants {
  readonly model: { readonly sha256: string };
  readonly variants?: readonly ModelVariant[];
}

/** Files are told apart by digest, and asked for by precision. */
export function checkVariants({ model, variants: given = [] }: WithVariants, context: z.RefinementCtx): void {
  const refuse = (path: (string | number)[], message: string) => context.addIssue({ code: 'custom', path, message });
  for (const [index, { precision: own, sha256 }] of given.entries()) {
    const before = given.slice(0, index);
    if (before.some((other) => other.precision === own)) {
      refuse(['variants', index, 'precision'], `there are two variants in "${own}": keep one`);
    }
    if ([model, ...before].some((other) => other.sha256 === sha256)) {
      refuse(['variants', index, 'sha256'], 'is the digest of another file of this model');
    }
  }
}
