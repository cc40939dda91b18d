import type { Head } from '../../contract/index.js';
import type { ZooConfig } from '../config/zoo-config.js';
import { shareEmbeddings, type SharedEmbeddings } from '../embedding-store/shared-embeddings.js';
import { createAnswerCache, type AnswerCache } from './answer-cache.js';
import { headKey, type RanFiles } from './cache-keys.js';
import { createEmbeddingCache, type EmbeddingCache } from './embedding-cache.js';

/** The default of `cacheBytes`. */
export const CACHE_BYTES = 256 * 2 ** 20;
/** One such part of the memory is for answers, which are a hundredth of an embedding each. */
const ANSWERS_PART = 16;

/**
 * What a head's answers depend on beside the image and the request, where it and its encoder run these files. Made once,
 * since a model file is long.
 */
export type HeadKeyOf = (head: Head, ran: RanFiles) => string;

/** What a zoo remembers, and where. */
export interface ZooCaches {
  readonly embeddings: EmbeddingCache;
  readonly answers: AnswerCache;
  readonly headKeyOf: HeadKeyOf;
  /** The embeddings that several zoos share; undefined if they share none. */
  readonly shared: SharedEmbeddings | undefined;
}

export function openCaches({ cacheBytes = CACHE_BYTES, embeddingStore, observer }: ZooConfig): ZooCaches {
  const answerBytes = Math.floor(cacheBytes / ANSWERS_PART);
  return {
    embeddings: createEmbeddingCache(cacheBytes - answerBytes, observer),
    answers: createAnswerCache(answerBytes),
    headKeyOf: createHeadKeyOf(),
    shared: embeddingStore === undefined ? undefined : shareEmbeddings(embeddingStore),
  };
}

function createHeadKeyOf(): HeadKeyOf {
  const known = new Map<string, string>();
  return (head, ran) => {
    const name = `${ran.encoder} ${ran.head} ${head.manifest.id}`;
    const key = known.get(name) ?? headKey(head, ran);
    known.set(name, key);
    return key;
  };
}
