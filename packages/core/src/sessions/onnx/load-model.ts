import { posix } from 'node:path';
import { isZooError, ZooError, type ModelFile } from '../../contract/index.js';
import { REFERENCE } from '../../contract/model/variants.js';
import { loadWeights, prefetchModel } from '../../model/load-weights.js';
import type { WeightsOptions } from '../../model/weights/weights-options.js';

/** The bytes of a model, and of its external data, which the graph knows by file name. */
export interface LoadedModel {
  readonly bytes: Uint8Array;
  readonly data?: { readonly path: string; readonly data: Uint8Array };
}

export async function loadModel(
  file: ModelFile,
  weights: WeightsOptions | undefined,
  signal?: AbortSignal,
): Promise<LoadedModel> {
  const { spec } = file;
  try {
    const bytes = await loadWeights(spec, signal, weights);
    if (!spec.data) return { bytes };
    const path = decodeURIComponent(posix.basename(new URL(spec.data.url).pathname));
    return { bytes, data: { path, data: await loadWeights(spec.data, signal, weights) } };
  } catch (error) {
    throw nameUnlessLeft(error, file, signal);
  }
}

/** Brings a file to this machine, without loading it. */
export async function prefetchFile(
  file: ModelFile,
  ...[weights, options]: [weights?: Parameters<typeof prefetchModel>[1], options?: Parameters<typeof prefetchModel>[2]]
): Promise<void> {
  await prefetchModel(file.spec, weights, options).catch((error: unknown) => {
    throw nameUnlessLeft(error, file, options?.signal);
  });
}

/** A deadline that has passed, or a zoo that is closed, is no fault of the file. */
function nameUnlessLeft(error: unknown, file: ModelFile, signal: AbortSignal | undefined): unknown {
  return signal?.aborted ? error : nameVariant(error, file);
}

/** Nobody whose package lacks a file is to be answered by another one without a word. */
export function nameVariant(error: unknown, { precision }: ModelFile): unknown {
  if (precision === REFERENCE || !isZooError(error)) return error;
  return new ZooError(
    error.code,
    `The model's variant "${precision}" cannot be opened: ${error.message} The option precision: '${REFERENCE}' runs ` +
      'the model itself instead.',
    { details: { ...error.details, precision }, cause: error },
  );
}

/** DynamicQuantizeLinear, and DynamicQuantizeMatMul and the like, into which ONNX Runtime fuses it in what it saves. */
const SCALES_BY_RUN = 'DynamicQuantize';

/**
 * Whether it quantizes all items of a run by the largest number among them: an image's answer would depend on its
 * neighbours.
 */
export function scalesByRun({ bytes }: LoadedModel): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes(SCALES_BY_RUN);
}
