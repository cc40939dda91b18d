import type { ModelProgress } from '../contract/index.js';
import { completeOptions } from '../model/weights/weights-options.js';
import { checkHeads } from '../zoo/config/check-heads.js';
import { loadConfig } from '../zoo/config/load-config.js';
import { prefetchModels } from '../zoo/models/prefetch-models.js';

/** Fetches and verifies all weights that a config names; rejects with the first fault. */
export async function prefetchConfig(
  location: URL,
  onProgress: (progress: ModelProgress) => void,
): Promise<{ readonly cacheFolder: string }> {
  const config = await loadConfig(location);
  checkHeads(config.heads);
  await prefetchModels(config, { onProgress });
  return { cacheFolder: completeOptions(config.weights).cacheFolder };
}
