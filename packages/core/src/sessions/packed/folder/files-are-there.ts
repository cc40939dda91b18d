import { stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { ModelSpec } from '../../../contract/index.js';
import { pathInCache } from '../../../model/weights/fetch/fetch-weights.js';
import { parseWeightsUrl } from '../../../model/weights/fetch/weights-url.js';

/**
 * Whether a model's own files are on this machine with their declared sizes: one that was taken away, or is being
 * replaced, is an error as it is without packed weights.
 */
export async function filesAreThere({ data, ...file }: ModelSpec, cacheFolder: string): Promise<boolean> {
  for (const { url, sha256, bytes } of data ? [file, data] : [file]) {
    const parsed = parseWeightsUrl(url);
    const path = parsed.protocol === 'file:' ? fileURLToPath(parsed) : pathInCache(cacheFolder, sha256);
    const found = await stat(path).catch(() => undefined);
    if (found?.size !== bytes) return false;
  }
  return true;
}
