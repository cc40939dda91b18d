import { type EmbeddingStoreRuntime, type Tensor, type TrainedEncoder } from '../../contract/index.js';
import { checkFinite, checkTensorValues } from '../../model/check-tensor-values.js';
import { embeddingKey, readRecord, writeRecord } from './embedding-record.js';
import type { EmbeddingStore } from './embedding-store.js';
import { fromHalf, toHalf } from './half-precision.js';
import { within } from './within.js';

/** From the asking, which goes on beside decoding; a cache in the same house answers in 1 to 5 ms. */
const READ_WITHIN_MS = 50;
const WRITE_WITHIN_MS = 5_000;
/** Each holds an embedding's text, 131 KB of our encoder. */
const MAX_WRITES = 16;
/** After so many failures in a row the store is left alone for a while. */
const MAX_FAILURES = 3;
const PAUSE_MS = 10_000;
const CLOSE_WITHIN_MS = 1_000;

type Embedding = Tensor<'float32'>;

/** Embeddings that other zoos made, and those that are given to them. Nothing here rejects, or waits for long. */
export interface SharedEmbeddings {
  /** Undefined if there is none, or none that is right, or it does not come in time. */
  get(imageKey: string, encoder: TrainedEncoder): Promise<Embedding | undefined>;
  /**
   * Sends an embedding on its way and gives it back in half precision, as `get` would have: an answer must not depend
   * on who encoded the image. One that half precision cannot hold stays as it is, and is not shared.
   */
  put(imageKey: string, encoder: TrainedEncoder, embedding: Embedding): Embedding;
  runtime(): EmbeddingStoreRuntime;
  /** Resolves when what is on its way has arrived, or a second has passed. */
  close(): Promise<void>;
}

/** Throws INVALID_MANIFEST for what is no store. */
export function shareEmbeddings(store: EmbeddingStore): SharedEmbeddings {
  const counts = { hits: 0, misses: 0, invalid: 0, failed: 0, skipped: 0, written: 0, dropped: 0 };
  const writes = new Set<Promise<void>>();
  const breaker = createBreaker();

  function fail(why: string): void {
    counts.failed += 1;
    breaker.fail(why);
  }

  store.on?.('error', (error) => fail(nameOf(error)));

  async function write(key: string, record: string): Promise<void> {
    try {
      const isInTime = await within(
        attempt(() => store.set(key, record)).then(() => true),
        WRITE_WITHIN_MS,
        false,
      );
      if (isInTime) counts.written += 1;
      else fail(`no word of a write within ${WRITE_WITHIN_MS} ms`);
    } catch (error) {
      fail(nameOf(error));
    }
  }

  return {
    async get(imageKey, encoder) {
      if (breaker.isOpen()) {
        counts.skipped += 1;
        return undefined;
      }
      const key = embeddingKey(imageKey, encoder);
      try {
        const found = await within(
          attempt(() => store.get(key)),
          READ_WITHIN_MS,
          LATE,
        );
        if (found === LATE) {
          fail(`no answer within ${READ_WITHIN_MS} ms`);
          return undefined;
        }
        breaker.reset();
        const embedding = read(key, encoder, found);
        if (embedding) counts.hits += 1;
        else if (found === undefined || found === null) counts.misses += 1;
        else counts.invalid += 1;
        return embedding;
      } catch (error) {
        fail(nameOf(error));
        return undefined;
      }
    },
    put(imageKey, encoder, embedding) {
      const half = toHalf(embedding.data);
      if (!half) return embedding;
      if (breaker.isOpen() || writes.size >= MAX_WRITES) counts.dropped += 1;
      else {
        const key = embeddingKey(imageKey, encoder);
        const writing = write(key, writeRecord(key, embedding.shape, half));
        writes.add(writing);
        void writing.finally(() => writes.delete(writing));
      }
      return { ...embedding, data: fromHalf(half) };
    },
    runtime: () => ({ ...counts }),
    async close() {
      await within(Promise.all(writes), CLOSE_WITHIN_MS, undefined);
    },
  };
}

const LATE = Symbol('late');

/** Says when a store that keeps failing is left alone, and warns of it once. */
function createBreaker() {
  let failures = 0;
  let pausedUntil = 0;
  let hasWarned = false;
  return {
    isOpen: (): boolean => performance.now() < pausedUntil,
    reset(): void {
      failures = 0;
    },
    fail(why: string): void {
      failures += 1;
      if (failures >= MAX_FAILURES) pausedUntil = performance.now() + PAUSE_MS;
      if (hasWarned) return;
      hasWarned = true;
      process.emitWarning(`The store of shared embeddings fails (${why}); images are encoded here.`, 'MedzooWarning');
    },
  };
}

/** A store may also throw at once. */
async function attempt<T>(work: () => Promise<T>): Promise<T> {
  return work();
}

/** Undefined for a record that is damaged, or another encoder's in shape. */
function read(key: string, { model }: TrainedEncoder, found: unknown): Embedding | undefined {
  const embedding = readRecord(key, found);
  if (!embedding) return undefined;
  const [output] = model.outputs;
  try {
    const tensors = { [output!.name]: embedding };
    checkTensorValues('output', model.outputs, tensors);
    checkFinite(tensors);
    return embedding;
  } catch {
    return undefined;
  }
}

/** Without its message, which may hold an address with a password. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
