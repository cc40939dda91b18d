import { loadConfig, type ZooConfig } from '@medzoo/core';

/** Heads whose answers a test knows beforehand, and which know dark images from bright ones. */
export function loadDomainConfig(): Promise<ZooConfig> {
  return loadConfig(new URL('../../test/domain.config.mjs', import.meta.url));
}
