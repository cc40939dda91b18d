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
  type ProcessRuntime,
  type Zoo,
  type ZooRuntime,
} from '../contract/index.js';
import { guardListener, guardObserver } from '../flow/guard-listener.js';
import { readRank } from '../flow/fair-queue.js';
import { checkCall } from '../zoo/request/check-call.js';
import { toPlainRequests } from '../zoo/request/check-requests.js';
import { deepFreeze } from '../zoo/config/deep-freeze.js';
import { createPrefetcher } from '../zoo/models/prefetcher.js';
import { startDeadline } from '../flow/start-deadline.js';
import { createCallLine } from './queue/call-queue.js';
import { checkConnectOptions } from './check-connect-options.js';
import type { ConnectOptions } from './connect-options.js';
import type { CallAnswer } from './queue/pending-call.js';
import { prefetchApart } from './prefetch-in-worker.js';
import { spawnChild } from './channel/spawn-worker.js';
import { startCrew } from './pool/start-workers.js';
import { watchProcess } from './observe-process.js';

/** A process that is about to answer in time gets as long to say so. */
const ANSWER_GRACE_MS = 100;

/**
 * A zoo in a process of its own: models, decoders and whatever they crash are there, and this event loop stays free. The process is
 * replaced when it ends or freezes; calls that were with it are run again, once. Rejects with the fault for which the zoo cannot start,
 * with BACKEND_UNAVAILABLE when that takes longer than `startWithinMs`, with the reason of `signal` when it aborts, and with INVALID_PARAM
 * for an unknown option.
 */
export async function connectZoo<H extends readonly Head[] = readonly Head[]>(
  options: ConnectOptions,
): Promise<Zoo<H>> {
  checkConnectOptions(options);
  const { maxPending = 32, graceMs = 100, killAfterMs = 10_000, stallAfterMs = 60_000, execArgv = [] } = options;
  const { startWithinMs = 120_000, heartbeatTimeoutMs = 5_000, signal: startSignal } = options;
  startSignal?.throwIfAborted();
  const config = toUrl(options.config);
  const decoders = options.decoders === undefined ? undefined : toUrl(options.decoders);
  const onExit = guardListener(options.onExit, () => 'onExit failed');
  const onReady = guardListener(options.onReady, () => 'onReady failed');
  const watch = watchProcess(guardObserver(options.observer));
  const limits = { maxPending, graceMs, killAfterMs, stallAfterMs };
  const line = createCallLine({ ...limits, ...(watch && { onTaken: watch.onTaken }) });
  const timing = { startWithinMs, heartbeatTimeoutMs };
  const location = {
    config,
    ...(decoders && { decoders }),
    execArgv,
    environment: {},
    ...timing,
    ...(watch && { observer: watch.observer }),
  };
  /** Ends starts that are under way: of the first processes, of a replacement, of one in reserve. */
  const starts = new AbortController();
  const onUnwanted = (): void => starts.abort(startSignal?.reason);
  startSignal?.addEventListener('abort', onUnwanted, { once: true });
  const starting = startCrew(line, {
    ...options,
    signal: starts.signal,
    spawn(share, signal) {
      const spawn = () => spawnChild({ ...location, share, startSignal: starts.signal, ...(signal && { signal }) });
      return watch ? watch.start(spawn) : spawn();
    },
    onExit(exit) {
      watch?.onExit(exit);
      onExit?.(exit);
    },
    onReady: () => onReady?.(),
  });
  const crew = await starting.finally(() => startSignal?.removeEventListener('abort', onUnwanted));
  const heads: readonly HeadDescription[] = deepFreeze(crew.heads);
  const prefetcher = createPrefetcher((options) => prefetchApart(location, options));
  let isClosed = false;

  async function analyze(
    ...given: [image: Uint8Array | ImageSource, requests: Readonly<Record<string, unknown>>, options?: AnalyzeOptions]
  ): Promise<Record<string, Outcome<Answer>>> {
    if (isClosed) throw new ZooError('BACKEND_UNAVAILABLE', 'The zoo is closed; connect to another.');
    // Here as well as there: a fault of the caller need not cross, nor wait, and what crosses is plain data that nobody else changes.
    const { image, asked, options: checked } = checkCall(heads, given);
    const requests = toPlainRequests(asked);
    const { signal, deadlineMs = Infinity, onRun: _, ...options } = checked;
    const rank = readRank(options);
    const deadlineAt = performance.now() + deadlineMs;
    const limit = { ...(signal && { signal }), deadlineMs };
    const due = startDeadline(limit);
    const late = startDeadline(limit, ANSWER_GRACE_MS);
    try {
      const call = { ...image, requests, options, rank, deadlineAt };
      return fromData(await line.submit(call, { due: due.signal, late: late.signal }));
    } catch (error) {
      if (signal?.aborted || !isZooError(error) || error.code !== 'DEADLINE_EXCEEDED') throw error;
      return Object.fromEntries(asked.map(({ head }) => [head.manifest.id, { ok: false, error }]));
    } finally {
      due.clear();
      late.clear();
    }
  }

  return {
    heads: heads as unknown as Zoo<H>['heads'],
    limits: crew.limits,
    analyze: (watch ? watch.analyze(analyze) : analyze) as Zoo<H>['analyze'],
    prefetch: prefetcher.prefetch,
    runtime: () => ({ ...describeState(crew.describe()), queue: line.runtime() }),
    async close() {
      isClosed = true;
      starts.abort(new ZooError('BACKEND_UNAVAILABLE', 'The zoo was closed.'));
      await Promise.all([line.drain(), prefetcher.close()]);
      await crew.close();
    },
  };
}

function toUrl(module: URL | string): URL {
  return typeof module === 'string' ? pathToFileURL(module) : module;
}

function fromData(answer: CallAnswer): Record<string, Outcome<Answer>> {
  const entries = Object.entries(answer).map(([id, outcome]) => [
    id,
    outcome.ok ? outcome : { ...outcome, error: ZooError.fromJSON(outcome.error) },
  ]);
  return Object.fromEntries(entries) as Record<string, Outcome<Answer>>;
}

function describeState(processes: readonly ProcessRuntime[]): Pick<ZooRuntime, 'state' | 'reason' | 'processes'> {
  const count = (...states: readonly ProcessRuntime['state'][]): number =>
    processes.filter(({ state }) => states.includes(state)).length;
  const [down, silent] = [count('starting'), count('unresponsive')];
  if (down + silent === 0) return { state: 'ready', processes };
  const all = processes.length - count('reserve');
  const reasons = [
    ...(down > 0 ? [`${down} of ${all} processes ended and are being replaced.`] : []),
    ...(silent > 0 ? [`${silent} of ${all} processes send no heartbeat and are replaced unless they come back.`] : []),
  ];
  return { state: 'degraded', reason: reasons.join(' '), processes };
}
