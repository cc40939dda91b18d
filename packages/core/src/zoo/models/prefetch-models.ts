import type { PrefetchOptions, WeightsProgress, ZooPrefetchOptions } from '../../contract/index.js';
import { prefetchFile } from '../../sessions/onnx/load-model.js';
import { listFiles } from './list-files.js';
import { listModels } from './list-models.js';
import type { ZooConfig } from '../config/zoo-config.js';

/**
 * Brings every model of a config to this machine, one after the other: of a model with variants, the files for the
 * config's providers. Needs no onnxruntime and none of the config's providers: an image is built on machines without a
 * GPU. A backend whose models are elsewhere has nothing to bring.
 */
export async function prefetchModels(
  config: ZooConfig,
  { signal, onProgress }: ZooPrefetchOptions = {},
): Promise<void> {
  const { heads, backend, weights } = config;
  const optionsOf = (id: string): PrefetchOptions => {
    signal?.throwIfAborted();
    const tell = (progress: WeightsProgress): void => onProgress?.({ ...progress, model: id });
    return { ...(signal && { signal }), ...(onProgress && { onProgress: tell }) };
  };
  if (backend) for (const { id, spec } of listModels(heads)) await backend.prefetch?.(spec, optionsOf(id));
  else for (const { id, file } of listFiles(config)) await prefetchFile(file, weights, optionsOf(id));
}
