import { z } from 'zod';
import {
  ZooError,
  type Backend,
  type Head,
  type ImageDecoder,
  type ManifestOf,
  type ZooObserver,
} from '../../contract/index.js';
import { someDecodeLimits } from '../../contract/image/decode-limits.js';
import {
  aFunction,
  anObjectWith,
  aWholeNumber,
  expecting,
  listOf,
  maybe,
  oneOf,
  options,
} from '../../contract/options/option-schemas.js';
import { batchingOptions, checkBatchedProviders } from '../../sessions/batching/batching-options.js';
import { memoryBudget } from '../../sessions/memory/memory-budget.js';
import { onnxFields, providerList } from '../../sessions/onnx/onnx-options.js';
import { embeddingStore } from '../embedding-store/embedding-store.js';

const SAY_DECODERS = 'a list of decoders, such as [dicom(), nifti()]';

/** As far as a slip goes: `dicom` in the place of `dicom()`. */
export const decoderList = listOf(
  anObjectWith<ImageDecoder>(['sniff', 'open'], 'a decoder, such as dicom()'),
  SAY_DECODERS,
);

const providersById = (example: string) =>
  z.record(z.string(), providerList, expecting(`an object of lists by id, such as ${example}`)).readonly();

export const zooConfig = options({
  heads: z.custom<readonly Head[]>(Array.isArray, expecting('a list of heads')),
  ...onnxFields,
  /**
   * By id of a head: its own `providers`. With `requireGpu`, a head on `['cpu']` alone is there on purpose; any other
   * list must lead to a GPU.
   */
  headProviders: maybe(providersById("{ 'breast-ultrasound': ['cpu'] }")),
  /** By id of an encoder, in the same way. */
  encoderProviders: maybe(providersById("{ 'sam-med2d-tiny': ['cuda', 'cpu'] }")),
  /**
   * By provider: how runs of a model that wait together form one batch; false for never. By default, a GPU has batches
   * of up to 8 runs, and the CPU of up to 4 runs of heads that take prompts: other models gain nothing there.
   */
  batching: maybe(batchingOptions),
  /** Where models run; ONNX Runtime on `providers` with `threads` if left out. */
  backend: maybe(anObjectWith<Backend>(['open'], 'a backend, with a method `open`')),
  /**
   * Memory for embeddings and, a sixteenth of it, answers: an image that comes again is not encoded again, nor asked
   * the same again. All workers on the CPU share it. The default is 256 MiB; 0 keeps none.
   */
  cacheBytes: maybe(aWholeNumber(0, undefined, 'bytes')),
  /**
   * What models may take of each device's memory, in all processes of a zoo together, such as '4GiB', '50%' or
   * `{ cpu: '2GiB', gpu: '50%' }`; no bound by default. A model that needs memory has the least recently used idle ones
   * closed.
   */
  memoryBudget: maybe(memoryBudget),
  /** Embeddings that several zoos share, such as `new Keyv(new KeyvRedis(url))`; asked when the memory has none. */
  embeddingStore: maybe(embeddingStore),
  /**
   * What reads other formats than PNG, JPEG, WebP, TIFF, BMP, PGM and PPM: `[dicom(), nifti()]` of @medzoo/dicom and
   * @medzoo/nifti. They are asked before core's own decoders, in their order.
   */
  decoders: maybe(decoderList),
  /** What one image may cost, and all that are decoded at a time; `DECODE_LIMITS` where left out. */
  limits: maybe(someDecodeLimits),
  /**
   * Open and run every model once before the zoo is there: a slower start, a faster first answer, and faults come to
   * light. With 'if-possible', a fault waits for the caller who asks for that head. With 'open', models are opened as
   * far as they can be, and not run, which takes half the memory.
   */
  warmUp: maybe(oneOf([true, false, 'if-possible', 'open'])),
  /**
   * Receives the events of the zoo, for metrics and traces. With `connectZoo`, give the observer to that: it is in the
   * asking process.
   */
  observer: maybe(aFunction<ZooObserver>()),
});

type AnyZooConfig = z.infer<typeof zooConfig>;

/** What a zoo is made of. The encoders follow from the heads. */
export interface ZooConfig<H extends readonly Head[] = readonly Head[]> extends Omit<
  AnyZooConfig,
  'heads' | 'headProviders'
> {
  readonly heads: H;
  /**
   * By id of a head: its own `providers`. With `requireGpu`, a head on `['cpu']` alone is there on purpose; any other
   * list must lead to a GPU.
   */
  readonly headProviders?: Readonly<Partial<Record<ManifestOf<H[number]>['id'], readonly string[]>>>;
}

/** Options that only ONNX Runtime in this process keeps. */
const OF_ONNX = ['requireGpu', 'headProviders', 'encoderProviders', 'precision'] as const;

/**
 * Throws INVALID_MANIFEST for a promise about ONNX Runtime where something else runs the models, and for batches on a
 * provider that it does not have.
 */
export function checkBackend({ backend, batching, ...config }: ZooConfig): void {
  if (batching && !backend) checkBatchedProviders(batching);
  const broken = OF_ONNX.find((option) => config[option]);
  if (!backend || !broken) return;
  throw new ZooError(
    'INVALID_MANIFEST',
    `${broken} is kept by ONNX Runtime in this process, and the config gives the backend "${backend.name}": ` +
      'leave one of them out.',
  );
}

/** Gives a config its types, for a module that exports it: `export default defineConfig({ heads: [automed] })`. */
export function defineConfig<const H extends readonly Head[]>(config: ZooConfig<H>): ZooConfig<H> {
  return config;
}
