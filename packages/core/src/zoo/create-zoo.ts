import {
  checkPromptsInImage,
  ZooError,
  type Answer,
  type Head,
  type HeadDescription,
  type Outcome,
  type Zoo,
} from '../contract/index.js';
import { DECODE_LIMITS } from '../image/decoding/decode-image.js';
import { guardListener, guardObserver } from '../flow/guard-listener.js';
import { createBatcher } from '../sessions/batching/batch-models.js';
import { createSessionPool } from '../sessions/memory/session-pool.js';
import { planBatching } from '../sessions/batching/plan-batching.js';
import { createDeviceScheduler, type WatchedOptions } from '../sessions/scheduling/device-scheduler.js';
import { readRank } from '../flow/fair-queue.js';
import { createAnswerCache } from './cache/answer-cache.js';
import { headKey } from './cache/cache-keys.js';
import { createFindDomains } from '../domain/head-domains.js';
import { answerOrRun } from './cache/answer-or-run.js';
import { imageKey } from '../image/source/image-source.js';
import { checkCall, toImageSource } from './request/check-call.js';
import { checkConfig } from './config/check-config.js';
import { checkHeads } from './config/check-heads.js';
import { createBackend } from './config/create-backend.js';
import { createEmbeddingCache } from './cache/embedding-cache.js';
import { shareEmbeddings } from './embedding-store/shared-embeddings.js';
import { describeRuntime, threadsOf } from './observe/describe-runtime.js';
import { encodeForHeads } from './encode/encode-for-heads.js';
import { createImageEncoder } from './encode/encode-image.js';
import { findBudgets } from './config/find-budgets.js';
import { findModel } from './models/find-model.js';
import { observeAnalysis, observeClosed, observeOpens } from './observe/observe-zoo.js';
import { createPrefetcher } from './models/prefetcher.js';
import { prefetchModels } from './models/prefetch-models.js';
import { runHead } from './head/run-head.js';
import { startDeadline } from '../flow/start-deadline.js';
import { warmUp, warmUpIfPossible } from './models/warm-up.js';
import type { ZooConfig } from './config/zoo-config.js';

type Given = readonly [image: unknown, requests: Readonly<Record<string, unknown>>, options?: WatchedOptions];
type Outcomes = Record<string, Outcome<Answer>>;

const CACHE_BYTES = 256 * 2 ** 20;
/** One part of so many of it is for answers, which are a hundredth of an embedding each. */
const ANSWERS_PART = 16;

/**
 * A zoo in this process. Its models block the thread they run on: beside a server use `connectZoo`. Rejects with INVALID_MANIFEST for
 * an unknown option or heads that do not go together, MODEL_MISMATCH for a head on an encoder that it was not trained on, and
 * BACKEND_UNAVAILABLE for a provider that is not there or a model that exceeds the memory budget.
 */
export async function createZoo<const H extends readonly Head[]>(given: ZooConfig<H>): Promise<Zoo<H>> {
  checkConfig(given);
  const heads = checkHeads(given.heads);
  const config: ZooConfig = { ...given, heads };
  const { cacheBytes = CACHE_BYTES, limits } = config;
  const observer = guardObserver(config.observer);
  const backend = await createBackend(config);
  const budgetOf = await findBudgets(config.memoryBudget, backend, heads);
  const sessions = observer
    ? createSessionPool(observeOpens(backend, heads, observer), { budgetOf, onClosed: observeClosed(heads, observer) })
    : createSessionPool(backend, { budgetOf });
  const batcher = createBatcher((session, of) => planBatching(session, findModel(heads, of), config.batching));
  const runModel = createDeviceScheduler(backend, { observer, batcher });
  if (config.warmUp === true || config.requireGpu) await warmUp(heads, sessions);
  else if (config.warmUp) await warmUpIfPossible(heads, sessions);
  const shared = config.embeddingStore === undefined ? undefined : shareEmbeddings(config.embeddingStore);
  const answerBytes = Math.floor(cacheBytes / ANSWERS_PART);
  const cache = createEmbeddingCache(cacheBytes - answerBytes, observer);
  const answers = createAnswerCache(answerBytes);
  const reading = { ...(limits && { limits }), decoders: config.decoders };
  const encodeImage = createImageEncoder(sessions, runModel, cache, { ...reading, shared, observer });
  const findDomains = createFindDomains(heads);
  const prefetcher = createPrefetcher((options) => prefetchModels({ ...config, backend }, options));
  const headKeys = new Map(heads.map((head) => [head.manifest.id, headKey(head)]));
  const calls = new Set<Promise<Outcomes>>();
  let isClosed = false;

  async function analyze(...given: Given): Promise<Outcomes> {
    const startedAt = performance.now();
    const { image, asked, options } = checkCall(heads, given);
    const rank = readRank(options);
    const deadline = startDeadline(options);
    const { trace } = options;
    const onRun = guardListener(options.onRun, () => 'onRun failed');
    const asker = { ...rank, signal: deadline.signal, onRun, ...(trace !== undefined && { trace }) };
    try {
      const source = await toImageSource(image, options.view);
      const key = imageKey(source.sha256, source.view);
      const request = { ...options, imageKey: key, headKeys, asked, startedAt, observer };
      const outcomes = await answerOrRun(request, answers, async (unknown) => {
        const encoded = await encodeForHeads(unknown, (encoder, rule) => encodeImage(source, encoder, asker, rule));
        for (const { head, params, image } of encoded) {
          if (image.ok) checkPromptsInImage(head.manifest.params, params, image.value.encoded.image);
        }
        const run = encoded.map(async ({ image, ...one }) =>
          image.ok
            ? runHead({ ...one, ...options, image: image.value, startedAt, asker }, { sessions, runModel, findDomains })
            : image,
        );
        return Promise.all(run);
      });
      options.signal?.throwIfAborted();
      return outcomes;
    } finally {
      deadline.clear();
    }
  }

  async function track(...request: Given): Promise<Outcomes> {
    if (isClosed) throw new ZooError('BACKEND_UNAVAILABLE', 'The zoo is closed; create another.');
    const call = observer ? observeAnalysis(() => analyze(...request), request, observer) : analyze(...request);
    calls.add(call);
    return call.finally(() => calls.delete(call));
  }

  return {
    heads: describeHeads(heads) as unknown as Zoo<H>['heads'],
    limits: { ...DECODE_LIMITS, ...limits },
    analyze: track as Zoo<H>['analyze'],
    prefetch: prefetcher.prefetch,
    runtime: () =>
      describeRuntime(heads, sessions, { pending: calls.size, threads: threadsOf(backend), shared, batcher }),
    async close() {
      isClosed = true;
      await Promise.allSettled([...calls, prefetcher.close()]);
      await Promise.all([sessions.close(), shared?.close()]);
    },
  };
}

/** Frozen as their parts are: what anybody does to it reaches no call. */
function describeHeads(heads: readonly Head[]): readonly HeadDescription[] {
  return Object.freeze(heads.map(({ manifest, encoder, trained }) => Object.freeze({ manifest, encoder, trained })));
}
