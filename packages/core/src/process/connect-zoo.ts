import { pathToFileURL } from 'node:url';
import {
  isZooError,
  ZooError,
  type AnalyzeOptions,
  type Answer,
  type Head,
  type HeadDescription,
  type Outcome,
  type ProcessRuntime,
  type Zoo,
  type ZooObserver,
  type ZooRuntime,
} from '../contract/index.js';
import { guardObserver } from '../sessions/observe.js';
import { readRank } from '../sessions/waiting-line.js';
import { checkRequests } from '../zoo/check-requests.js';
import { checkBytes } from '../zoo/identify-image.js';
import { createPrefetcher } from '../zoo/prefetcher.js';
import { startDeadline } from '../zoo/start-deadline.js';
import { createCallLine } from './call-line.js';
import type { CallAnswer } from './pending-call.js';
import { prefetchApart } from './prefetch-apart.js';
import { spawnChild, type ChildExit } from './spawn-child.js';
import { startWorker } from './start-worker.js';
import { watchProcess } from './watch-process.js';

export interface ConnectOptions {
  /** A module whose default export is `defineConfig({ heads: [...] })`; a path is taken from the working directory. */
  readonly config: URL | string;
  /** Calls that may wait or run at one time; further ones are refused as BUSY. 32 if left out. */
  readonly maxPending?: number;
  /** How long the process may hold on to a call that was aborted or past its deadline before it is killed; 10 s if left out. */
  readonly killAfterMs?: number;
  /** How long one run or opening of a model may take before the process is taken to hang, and is killed; 60 s if left out. */
  readonly stallAfterMs?: number;
  /** Options of Node for the process, such as `--max-old-space-size=2048`. */
  readonly execArgv?: readonly string[];
  /** Called when the process ended without being told to, for logs and metrics; a new one is on its way. */
  readonly onExit?: (exit: ChildExit) => void;
  /** Called when a process is ready to answer: the first, and each that takes the place of one that ended. */
  readonly onReady?: () => void;
  /** Hears what the zoo does, here and in its process, for metrics and traces. What a process had not yet told when it died is lost. */
  readonly observer?: ZooObserver;
}

/** A process that is about to answer in time gets as long to say so. */
const ANSWER_GRACE_MS = 100;

/**
 * A zoo in a process of its own: models, decoders and whatever they crash are there, and this event loop stays free. The process is
 * replaced when it ends; calls that were with it are run again, once. Rejects with the fault for which the zoo cannot start.
 */
export async function connectZoo<H extends readonly Head[] = readonly Head[]>(
  options: ConnectOptions,
): Promise<Zoo<H>> {
  const { config, maxPending = 32, killAfterMs = 10_000, stallAfterMs = 60_000, execArgv = [] } = options;
  const watch = watchProcess(guardObserver(options.observer));
  const location = {
    config: typeof config === 'string' ? pathToFileURL(config) : config,
    execArgv,
    ...(watch && { observer: watch.observer }),
  };
  const line = createCallLine({ maxPending, killAfterMs, stallAfterMs, ...(watch && { onTaken: watch.onTaken }) });
  const spawn = () => spawnChild(location);
  const worker = await startWorker(line, watch ? () => watch.start(spawn) : spawn, {
    ...options,
    onExit(exit) {
      watch?.onExit(exit);
      options.onExit?.(exit);
    },
  });
  const heads: readonly HeadDescription[] = worker.heads;
  const prefetcher = createPrefetcher((options) => prefetchApart(location, options));
  let isClosed = false;

  async function analyze(
    bytes: Uint8Array,
    requests: Readonly<Record<string, unknown>>,
    { signal, deadlineMs = Infinity, ...options }: AnalyzeOptions = {},
  ): Promise<Record<string, Outcome<Answer>>> {
    if (isClosed) throw new ZooError('BACKEND_UNAVAILABLE', 'The zoo is closed; connect to another.');
    checkRequests(heads, requests); // here as well as there: a slip of the pen need not cross, nor wait
    checkBytes(bytes);
    const rank = readRank(options);
    const deadlineAt = performance.now() + deadlineMs;
    const limit = { ...(signal && { signal }), deadlineMs };
    const due = startDeadline(limit);
    const late = startDeadline(limit, ANSWER_GRACE_MS);
    try {
      const call = { bytes, requests, options, rank, deadlineAt };
      return fromData(await line.submit(call, { due: due.signal, late: late.signal }));
    } catch (error) {
      if (signal?.aborted || !isZooError(error) || error.code !== 'DEADLINE_EXCEEDED') throw error;
      return Object.fromEntries(Object.keys(requests).map((id) => [id, { ok: false, error }]));
    } finally {
      due.clear();
      late.clear();
    }
  }

  return {
    heads: heads as unknown as Zoo<H>['heads'],
    analyze: (watch ? watch.analyze(analyze) : analyze) as Zoo<H>['analyze'],
    prefetch: prefetcher.prefetch,
    runtime: () => ({ ...describeState([worker.describe()]), queue: line.runtime() }),
    async close() {
      isClosed = true;
      await Promise.all([line.drain(), prefetcher.close()]);
      await worker.close();
    },
  };
}

function fromData(answer: CallAnswer): Record<string, Outcome<Answer>> {
  const entries = Object.entries(answer).map(([id, outcome]) => [
    id,
    outcome.ok ? outcome : { ...outcome, error: ZooError.fromJSON(outcome.error) },
  ]);
  return Object.fromEntries(entries) as Record<string, Outcome<Answer>>;
}

function describeState(processes: readonly ProcessRuntime[]): Pick<ZooRuntime, 'state' | 'reason' | 'processes'> {
  const down = processes.filter(({ state }) => state === 'starting').length;
  if (down === 0) return { state: 'ready', processes };
  const reason = `${down} of ${processes.length} processes ended and are being replaced.`;
  return { state: 'degraded', reason, processes };
}
