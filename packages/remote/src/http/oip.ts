import { z } from 'zod';

/**
 * Messages of the Open Inference Protocol version 2, as far as they are read here; what servers add is left alone. The
 * specification: https://github.com/kserve/open-inference-protocol, the binary extension: "Binary Tensor Data
 * Extension" of Triton.
 */
const metadataTensor = z.object({
  name: z.string(),
  datatype: z.string(),
  shape: z.array(z.union([z.int(), z.string()])),
});

/** Some servers state a parameter as it is, Triton as `{ string_value }`. */
const parameter = z.union([
  z.string(),
  z.object({ string_value: z.string() }).transform((value) => value.string_value),
]);

/** Parameters that are no text are nobody's digest. */
const parameters = z
  .record(z.string(), parameter.optional().catch(undefined))
  .nullish()
  .transform((values) => values ?? {});

export const serverMetadata = z.object({ name: z.string(), extensions: z.array(z.string()).nullish() });

export const modelMetadata = z.object({
  inputs: z.array(metadataTensor),
  outputs: z.array(metadataTensor),
  parameters,
});

export const modelConfig = z.object({ parameters });

export const inferResponse = z.object({
  outputs: z.array(
    z.object({
      name: z.string(),
      datatype: z.string(),
      shape: z.array(z.int().min(0)),
      parameters: z.object({ binary_data_size: z.int().min(0).optional() }).nullish(),
      data: z.array(z.unknown()).optional(),
    }),
  ),
});

export const errorBody = z.object({ error: z.string() });

export type ServerMetadata = z.infer<typeof serverMetadata>;
export type InferResponse = z.infer<typeof inferResponse>;
