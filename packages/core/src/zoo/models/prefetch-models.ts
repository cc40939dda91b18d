import type { WeightsProgress, ZooPrefetchOptions } from '../../contract/index.js';
import { prefetchModel } from '../../model/load-weights.js';
import { listModels } from './list-models.js';
import type { ZooConfig } from '../config/zoo-config.js';

/**
 * Brings every model of a config to this machine, one after the other. Needs no onnxruntime and none of the config's
 * providers: an image is built on machines without a GPU. A backend whose models are elsewhere has nothing to bring.
 */
export async function prefetchModels(
  { heads, backend, weights }: Pick<ZooConfig, 'heads' | 'backend' | 'weights'>,
  { signal, onProgress }: ZooPrefetchOptions = {},
): Promise<void> {
  for (const { id, spec } of listModels(heads)) {
    signal?.throwIfAborted();
    const tell = (progress: WeightsProgress): void => onProgress?.({ ...progress, model: id });
    const options = { ...(signal && { signal }), ...(onProgress && { onProgress: tell }) };
    await (backend ? backend.prefetch?.(spec, options) : prefetchModel(spec, weights, options));
  }
}
