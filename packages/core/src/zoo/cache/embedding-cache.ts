import { LRUCache } from 'lru-cache';
import type { EmbeddingSource, ModelFile, Provenance, Tensor, Timings, ZooObserver } from '../../contract/index.js';
import type { Geometry } from '../../image/preprocess/geometry.js';
import type { SharedRank } from '../../flow/shared-rank.js';
import type { Rank } from '../../flow/fair-queue.js';
import { createSharedRuns } from '../../flow/shared-runs.js';

/** All that heads read of an image, and how it came to be. */
export interface EncodedImage {
  readonly image: Provenance['image'];
  readonly view: Provenance['view'];
  readonly geometry: Geometry;
  /** The encoder's input, float32 [1, channels, height, width]. */
  readonly input: Tensor<'float32'>;
  readonly embedding: Tensor<'float32'>;
  /** The execution provider that made the embedding; null if it came from the store that zoos share. */
  readonly provider: string | null;
  /** The file of the encoder that made it. */
  readonly file: ModelFile;
  readonly timingsMs: Pick<Timings, 'decode' | 'preprocess' | 'encode'>;
}

export interface CachedImage {
  readonly encoded: EncodedImage;
  readonly source: EmbeddingSource;
}

/**
 * An encoded image, and the key to keep it under: that of the file that ran, which may be another than it was asked by.
 */
export interface EncodedAs {
  readonly key: string;
  readonly encoded: EncodedImage;
}

/** Embeddings, and the inputs they came from, by key; the least recently used go when they pass `maxBytes` together. */
export interface EmbeddingCache {
  /** What is kept under this key, else what `encode` makes: once, for all who ask while it runs. */
  get(
    key: string,
    encode: (signal: AbortSignal, rank: SharedRank) => Promise<EncodedAs>,
    asker?: Rank & { readonly signal?: AbortSignal },
  ): Promise<CachedImage>;
}

export function createEmbeddingCache(maxBytes: number, observer?: ZooObserver): EmbeddingCache {
  const kept = new LRUCache<string, EncodedImage>({
    maxSize: Math.max(1, maxBytes), // 0 would mean no bound; nothing fits into 1
    sizeCalculation: bytesOf,
    ...(observer && {
      dispose: (encoded, _key, reason) => {
        if (reason === 'evict') observer({ type: 'eviction', bytes: bytesOf(encoded) });
      },
    }),
  });
  const share = createSharedRuns<EncodedImage>();

  return {
    async get(key, encode, asker) {
      const encoded = kept.get(key);
      if (encoded) return { encoded, source: 'cache' };
      const run = async (signal: AbortSignal, rank: SharedRank): Promise<EncodedImage> => {
        const made = await encode(signal, rank);
        kept.set(made.key, made.encoded);
        return made.encoded;
      };
      const { value, isShared } = await share(key, run, asker?.signal, asker);
      return { encoded: value, source: isShared ? 'shared' : 'run' };
    },
  };
}

function bytesOf({ input, embedding }: EncodedImage): number {
  return input.data.byteLength + embedding.data.byteLength;
}
