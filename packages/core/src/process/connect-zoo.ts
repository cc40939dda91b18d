import { pathToFileURL } from 'node:url';
import {
  isZooError,
  ZooError,
  type AnalyzeOptions,
  type Answer,
  type Head,
  type HeadDescription,
  type ImageSource,
  type Outcome,
  type Zoo,
} from '../contract/index.js';
import { CLOSED_STATE } from '../flow/closed-state.js';
import { readRank } from '../flow/fair-queue.js';
import { guardListener, guardObserver } from '../flow/guard-listener.js';
import { ownArrays } from '../flow/own-arrays.js';
import { ofWholeDeadline, startDeadline } from '../flow/start-deadline.js';
import { deepFreeze } from '../zoo/config/deep-freeze.js';
import { createPrefetcher } from '../zoo/models/prefetcher.js';
import { checkCall } from '../zoo/request/check-call.js';
import { toPlainRequests } from '../zoo/request/check-requests.js';
import { toZooError } from '../zoo/to-zoo-error.js';
import { spawnWorker, type ReadyWorker, type WorkerLocation } from './channel/spawn-worker.js';
import { checkConnectOptions } from './check-connect-options.js';
import type { ConnectOptions } from './connect-options.js';
import { describePool } from './describe-pool.js';
import { observeProcess, type ProcessObserver } from './observe-process.js';
import { checkSameHeads } from './pool/check-same-heads.js';
import { startWorkers, type WorkerPool } from './pool/start-workers.js';
import { prefetchInWorker } from './prefetch-in-worker.js';
import { createCallQueue } from './queue/call-queue.js';
import type { CallQueue } from './queue/call-queue-types.js';
import type { CallAnswer } from './queue/calls/pending-call.js';

/** See connect-when-called.ts, by which the package exports it. */
export async function connectZoo<H extends readonly Head[] = readonly Head[]>(
  options: ConnectOptions,
): Promise<Zoo<H>> {
  checkConnectOptions(options);
  const { maxPending = 32, graceMs = 100, killAfterMs = 10_000, stallAfterMs = 60_000, signal } = options;
  signal?.throwIfAborted();
  const observed = observeProcess(guardObserver(options.observer));
  const limits = { maxPending, graceMs, killAfterMs, stallAfterMs };
  const queue = createCallQueue({ ...limits, ...(observed && { onTaken: observed.onTaken }) });
  /** Ends starts that are under way: of the first workers, of a replacement, of a standby. */
  const starts = new AbortController();
  const location = locate(options, starts.signal, observed);
  const pool = await startPool(queue, options, { location, starts, observed });
  const heads: readonly HeadDescription[] = deepFreeze(pool.heads);
  const prefetcher = createPrefetcher((prefetch) => prefetchInWorker(location, prefetch));
  const analyze = createAnalyze(heads, queue);
  let isClosed = false;

  async function analyzeWhileOpen(...given: Parameters<typeof analyze>): ReturnType<typeof analyze> {
    if (isClosed) throw new ZooError('BACKEND_UNAVAILABLE', 'The zoo is closed; connect to another.');
    return analyze(...given);
  }

  async function close(): Promise<void> {
    isClosed = true;
    starts.abort(new ZooError('BACKEND_UNAVAILABLE', 'The zoo was closed.'));
    await Promise.all([queue.drain(), prefetcher.close()]);
    await pool.close();
  }

  return {
    heads: heads as unknown as Zoo<H>['heads'],
    limits: Object.freeze(pool.limits),
    analyze: (observed ? observed.analyze(analyzeWhileOpen) : analyzeWhileOpen) as Zoo<H>['analyze'],
    prefetch: prefetcher.prefetch,
    runtime: () => ({
      ...describePool(pool.describe()),
      ...(isClosed && CLOSED_STATE),
      queue: queue.runtime(),
    }),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function locate(
  { config, decoders, execArgv = [], startWithinMs = 120_000, heartbeatTimeoutMs = 5_000 }: ConnectOptions,
  startSignal: AbortSignal,
  observed: ProcessObserver | undefined,
): WorkerLocation {
  return {
    config: toUrl(config),
    ...(decoders !== undefined && { decoders: toUrl(decoders) }),
    execArgv,
    environment: {},
    startWithinMs,
    heartbeatTimeoutMs,
    startSignal,
    ...(observed && { observer: observed.observer }),
  };
}

interface PoolContext {
  readonly location: WorkerLocation;
  readonly starts: AbortController;
  readonly observed: ProcessObserver | undefined;
}

/** Starts the workers. While they start, the caller's signal ends the start. */
async function startPool(
  queue: CallQueue,
  options: ConnectOptions,
  { location, starts, observed }: PoolContext,
): Promise<WorkerPool> {
  const onExit = guardListener(options.onExit, () => 'onExit failed');
  const onReady = guardListener(options.onReady, () => 'onReady failed');
  const onUnable = guardListener(options.onUnable, () => 'onUnable failed');
  /** Until then a fault is what the caller's promise rejects with. */
  let isStarted = false;
  let began: readonly HeadDescription[] | undefined;
  const onAbort = (): void => starts.abort(options.signal?.reason);
  options.signal?.addEventListener('abort', onAbort, { once: true });
  try {
    const pool = await startWorkers(queue, {
      ...options,
      signal: starts.signal,
      async spawn(plan, signal) {
        const spawn = () => spawnWorker({ ...location, plan, ...(signal && { signal }) });
        try {
          const worker = await (observed ? observed.start(spawn) : spawn());
          began ??= worker.heads;
          keepIfSame(worker, began);
          return worker;
        } catch (error) {
          const isWanted = !starts.signal.aborted && signal?.aborted !== true;
          if (isStarted && isWanted) onUnable?.(toZooError(error, 'A worker could not be started'));
          throw error;
        }
      },
      onExit(exit) {
        observed?.onExit(exit);
        onExit?.(exit);
      },
      onReady: () => onReady?.(),
    });
    isStarted = true;
    return pool;
  } finally {
    options.signal?.removeEventListener('abort', onAbort);
  }
}

/** Ends a worker whose heads are others than those that the zoo began with, and throws what is wrong. */
function keepIfSame(worker: ReadyWorker, began: readonly HeadDescription[]): void {
  try {
    checkSameHeads(began, worker.heads);
  } catch (error) {
    worker.kill('closed');
    throw error;
  }
}

/**
 * Checks a call here as well as in the worker: a faulty one need not wait, and what is sent is plain data that nobody
 * else changes.
 */
function createAnalyze(heads: readonly HeadDescription[], queue: CallQueue) {
  return async (
    ...given: [image: Uint8Array | ImageSource, requests: Readonly<Record<string, unknown>>, options?: AnalyzeOptions]
  ): Promise<Record<string, Outcome<Answer>>> => {
    const { image, asked, options: checked } = checkCall(heads, given);
    const requests = toPlainRequests(asked);
    const { signal, deadlineMs = Infinity, onRun: _, ...options } = checked;
    const rank = readRank(options);
    const deadlineAt = performance.now() + deadlineMs;
    const deadline = startDeadline({ ...(signal && { signal }), deadlineMs });
    try {
      const call = { ...image, requests, options, rank, deadlineAt };
      return fromData(await queue.submit(call, deadline.signal), deadlineMs);
    } catch (error) {
      signal?.throwIfAborted();
      if (!isZooError(error) || error.code !== 'DEADLINE_EXCEEDED') throw error;
      const late = ofWholeDeadline(error, deadlineMs);
      return Object.fromEntries(asked.map(({ head }) => [head.manifest.id, { ok: false, error: late }]));
    } finally {
      deadline.clear();
    }
  };
}

function toUrl(module: URL | string): URL {
  return typeof module === 'string' ? pathToFileURL(module) : module;
}

function fromData(answer: CallAnswer, deadlineMs: number): Record<string, Outcome<Answer>> {
  const entries = Object.entries(answer).map(([id, outcome]) => [
    id,
    outcome.ok
      ? ownArrays(outcome)
      : { ...outcome, error: ofWholeDeadline(ZooError.fromJSON(outcome.error), deadlineMs) },
  ]);
  return Object.fromEntries(entries) as Record<string, Outcome<Answer>>;
}
