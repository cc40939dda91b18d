import {
  ZooError,
  type Backend,
  type DecodeLimits,
  type Head,
  type ImageDecoder,
  type ManifestOf,
  type ZooObserver,
} from '../../contract/index.js';
import type { EmbeddingStore } from '../embedding-store/embedding-store.js';
import { checkBatching, type BatchingOptions } from '../../sessions/batching/batching-options.js';
import type { MemoryBudget } from '../../sessions/memory/memory-budget.js';
import type { OnnxOptions } from '../../sessions/onnx/onnx-backend.js';

/** What a zoo is made of. The encoders follow from the heads. */
export interface ZooConfig<H extends readonly Head[] = readonly Head[]> extends OnnxOptions {
  readonly heads: H;
  /** By id of a head: its own `providers`. With `requireGpu`, a head on `['cpu']` alone is there on purpose; any other list must lead to a GPU. */
  readonly headProviders?: Readonly<Partial<Record<ManifestOf<H[number]>['id'], readonly string[]>>>;
  /** By id of an encoder, in the same way. */
  readonly encoderProviders?: Readonly<Record<string, readonly string[]>>;
  /**
   * By provider: how runs of a model that wait together form one batch; false for never. By default, a GPU has batches of up to 8 runs,
   * and the CPU of up to 4 runs of heads that take prompts: other models gain nothing there.
   */
  readonly batching?: BatchingOptions;
  /** Where models run; ONNX Runtime on `providers` with `threads` if left out. */
  readonly backend?: Backend;
  /** Memory for embeddings and, a sixteenth of it, answers: an image that comes again is not encoded again, nor asked the same again; 256 MiB if left out, 0 for none. */
  readonly cacheBytes?: number;
  /**
   * What models may take of each device's memory, in all processes of a zoo together, such as '4GiB', '50%' or `{ cpu: '2GiB', gpu: '50%' }`; no
   * bound if left out. A model that needs room has the least recently used ones closed that nobody uses.
   */
  readonly memoryBudget?: MemoryBudget;
  /** Embeddings that several zoos share, such as `new Keyv(new KeyvRedis(url))`; asked when the memory has none. */
  readonly embeddingStore?: EmbeddingStore;
  /**
   * What reads other formats than PNG, JPEG, WebP and TIFF: `[dicom(), nifti()]` of @medzoo/dicom and @medzoo/nifti. They are asked before
   * core's own decoder, in their order.
   */
  readonly decoders?: readonly ImageDecoder[];
  /** What one image may cost, and all that are decoded at a time; `DECODE_LIMITS` where left out. */
  readonly limits?: Partial<DecodeLimits>;
  /**
   * Open and run every model once before the zoo is there: a slower start, a faster first answer, and faults come to light; with
   * 'if-possible' a fault waits for whoever asks for that head.
   */
  readonly warmUp?: boolean | 'if-possible';
  /** Hears what the zoo does, for metrics and traces. Beside `connectZoo` that one's observer is the place: it is in the asking process. */
  readonly observer?: ZooObserver;
}

/** Options that only ONNX Runtime in this process keeps. */
const OF_ONNX = ['requireGpu', 'headProviders', 'encoderProviders'] as const;

/** Throws INVALID_MANIFEST for a promise about ONNX Runtime where something else runs the models, and for a `batching` that is none. */
export function checkBackend({ backend, batching, ...config }: ZooConfig): void {
  checkBatching(batching, backend !== undefined);
  const broken = OF_ONNX.find((option) => config[option]);
  if (!backend || !broken) return;
  throw new ZooError(
    'INVALID_MANIFEST',
    `${broken} is kept by ONNX Runtime in this process, and the config gives the backend "${backend.name}": leave one of them out.`,
  );
}

/** Gives a config its types, for a module that exports it: `export default defineConfig({ heads: [automed] })`. */
export function defineConfig<const H extends readonly Head[]>(config: ZooConfig<H>): ZooConfig<H> {
  return config;
}
