import type { Head, Zoo } from '../contract/index.js';
import type { ZooConfig } from './config/zoo-config.js';

/**
 * A zoo in this process. Its models block the thread they run on: beside a server use `connectZoo`. Rejects with
 * INVALID_MANIFEST for an unknown option or heads that do not go together, MODEL_MISMATCH for a head on an encoder that
 * it was not trained on, and BACKEND_UNAVAILABLE for a provider that is not there or a model that exceeds the memory
 * budget.
 */
export async function createZoo<const H extends readonly Head[]>(config: ZooConfig<H>): Promise<Zoo<H>> {
  const { createZoo: create } = await import('./create-zoo.js'); // beside worker processes it is never called
  return create(config);
}
