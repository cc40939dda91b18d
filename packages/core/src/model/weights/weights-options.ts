import { resolve } from 'node:path';
import type { z } from 'zod';
import type { WeightsProgress } from '../../contract/index.js';
import { aFlag, aFunction, aString, maybe, options } from '../../contract/options/option-schemas.js';
import { findCacheFolder } from './cache/cache-folder.js';
import { readFlag } from '../../contract/options/read-flag.js';

export const weightsOptions = options({
  /** Where fetched weights are kept; MEDZOO_CACHE_DIR, else `medzoo` in the platform's cache folder, if left out. */
  cacheFolder: maybe(aString),
  /**
   * Fetch nothing: what is not in the cache folder is an error that says where to put it. MEDZOO_OFFLINE=1 if left out.
   */
  offline: maybe(aFlag),
  /**
   * Headers of a request, such as `authorization`, for this URL of a model file, or one of the same origin that it
   * redirects to. Another origin gets none of them: what it needs is in the URL that the first one gave.
   */
  headers: maybe(aFunction<(url: URL) => Readonly<Record<string, string>>>()),
  /** Called about a hundred times a file. */
  onProgress: maybe(aFunction<(progress: WeightsProgress) => void>()),
});

/** Where weights that are not in a package come from, and where they are kept. */
export type WeightsOptions = z.infer<typeof weightsOptions>;

/** With what the environment says where the options say nothing. */
export interface WeightsSettings extends WeightsOptions {
  readonly cacheFolder: string;
  readonly offline: boolean;
}

export function completeOptions(
  given: WeightsOptions = {},
  environment: Readonly<Record<string, string | undefined>> = process.env,
): WeightsSettings {
  const { cacheFolder = findCacheFolder(environment), offline = readFlag(environment.MEDZOO_OFFLINE) ?? false } = given;
  return { ...given, cacheFolder: resolve(cacheFolder), offline };
}
