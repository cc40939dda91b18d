import type { ZooConfig } from '../config/zoo-config.js';
import { shareEmbeddings, type SharedEmbeddings } from '../embedding-store/shared-embeddings.js';
import { createAnswerCache, type AnswerCache } from './answer-cache.js';
import { headKey } from './cache-keys.js';
import { createEmbeddingCache, type EmbeddingCache } from './embedding-cache.js';

const CACHE_BYTES = 256 * 2 ** 20;
/** One such part of the memory is for answers, which are a hundredth of an embedding each. */
const ANSWERS_PART = 16;

/** What a zoo remembers, and where. */
export interface ZooCaches {
  readonly embeddings: EmbeddingCache;
  readonly answers: AnswerCache;
  /** By a head's id: what its answers depend on beside the image and the request. */
  readonly headKeys: ReadonlyMap<string, string>;
  /** The embeddings that several zoos share; undefined if they share none. */
  readonly shared: SharedEmbeddings | undefined;
}

export function openCaches({ heads, cacheBytes = CACHE_BYTES, embeddingStore, observer }: ZooConfig): ZooCaches {
  const answerBytes = Math.floor(cacheBytes / ANSWERS_PART);
  return {
    embeddings: createEmbeddingCache(cacheBytes - answerBytes, observer),
    answers: createAnswerCache(answerBytes),
    headKeys: new Map(heads.map((head) => [head.manifest.id, headKey(head)])),
    shared: embeddingStore === undefined ? undefined : shareEmbeddings(embeddingStore),
  };
}
