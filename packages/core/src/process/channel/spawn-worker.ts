import { ZooError, type DecodeLimits, type HeadDescription, type ZooObserver } from '../../contract/index.js';
import { describeExit, forkWorker, type WorkerExit, type ForkedWorker, type KillCause } from './fork-worker.js';
import {
  isFromWorker,
  OBSERVED,
  type FromWorker,
  type WorkerStatus,
  type WorkerReport,
  type ToWorker,
} from './messages.js';
import { decodersArgument } from '../worker/load-worker-config.js';
import type { WorkerPlan } from '../pool/plan-workers.js';
import { startTimeLimit, type TimeLimit } from '../pool/start-time-limit.js';

/** Compiled, also when this module itself runs from source in a test. */
const ENTRY = new URL('../../../dist/process/worker/zoo-worker.js', import.meta.url);

/** A heartbeat of the worker has come, or is late. */
export interface Pulse {
  readonly type: 'pulse';
}

/** A worker whose zoo is ready. */
export interface ReadyWorker {
  readonly heads: readonly HeadDescription[];
  readonly limits: DecodeLimits;
  /** What it last reported of itself. */
  readonly state: WorkerStatus;
  /** Whether its heartbeat is in time, and how long its main thread had been blocked at the last one. */
  readonly heartbeat: ForkedWorker['heartbeat'];
  /** Calls `onReport` with each report from now on. */
  listen(onReport: (report: WorkerReport | Pulse) => void): void;
  /**
   * Resolves when the message is written, or when it cannot be written because the process has ended. Rejects for a
   * message that cannot be serialised; nothing of it is sent then.
   */
  send(message: ToWorker): Promise<void>;
  kill(cause: KillCause): void;
  /** Resolves when the process has ended, whatever ended it. */
  readonly exited: Promise<WorkerExit>;
}

/** What a worker is started from. */
export interface WorkerLocation {
  readonly config: URL;
  /** A module of decoders, for a config that has none. */
  readonly decoders?: URL;
  readonly execArgv: readonly string[];
  /** Receives the events of the worker's zoo. Without it, the worker sends none. */
  readonly observer?: ZooObserver;
  /** The worker's allocation of this machine. */
  readonly plan?: WorkerPlan;
  /** Ends the process, also after it has become ready. */
  readonly signal?: AbortSignal;
  /** Ends the process unless it is ready. */
  readonly startSignal?: AbortSignal;
  /**
   * How long the worker may take to become ready, counted from its start or from when weights last came from the
   * network.
   */
  readonly startWithinMs: number;
  /** How long its heartbeat may stay away, in milliseconds. */
  readonly heartbeatTimeoutMs: number;
  /** The environment that the config was found to need: the first worker is started twice for it, the others once. */
  readonly environment: { wanted?: Environment };
}

type Environment = Readonly<Record<string, string>>;

/** Starts a worker with the zoo of this config module. Rejects with the fault for which it cannot start. */
export async function spawnWorker(location: WorkerLocation): Promise<ReadyWorker> {
  const limit = startTimeLimit(location);
  try {
    const started = await startProcess(location, limit, location.environment.wanted);
    if (isReady(started)) return started;
    location.environment.wanted = started;
    const again = await startProcess(location, limit, started);
    if (isReady(again)) return again;
    throw new ZooError(
      'BACKEND_UNAVAILABLE',
      "The zoo's process asked again for environment variables that it had been given.",
    );
  } finally {
    limit.clear();
  }
}

async function startProcess(
  { config, decoders, execArgv, observer, plan = {}, signal, heartbeatTimeoutMs }: WorkerLocation,
  limit: TimeLimit,
  environment: Environment | undefined,
): Promise<ReadyWorker | Environment> {
  limit.signal.throwIfAborted();
  let onReport: (report: WorkerReport | Pulse) => void = () => undefined;
  const worker = forkWorker(ENTRY, {
    args: [config.href, JSON.stringify(plan), ...decodersArgument(decoders), ...(observer ? [OBSERVED] : [])],
    execArgv,
    environment,
    heartbeatTimeoutMs,
    onPulse: () => onReport({ type: 'pulse' }),
  });
  const { exited, heartbeat } = worker;
  const send = (message: ToWorker): Promise<void> => worker.send(message);
  const kill = (cause: KillCause): void => worker.kill(cause);
  const onUnwanted = (): void => kill('closed');
  limit.signal.addEventListener('abort', onUnwanted, { once: true });
  // Also once it is ready, when the limit no longer counts.
  signal?.addEventListener('abort', onUnwanted, { once: true });
  void exited.then(() => signal?.removeEventListener('abort', onUnwanted));

  let state: WorkerStatus | undefined;
  let limits: DecodeLimits | undefined;
  const heads = await new Promise<readonly HeadDescription[] | Environment>((resolve, reject) => {
    function hear(message: FromWorker): void {
      if (observer) for (const event of message.events ?? []) observer(event);
      if ('state' in message) state = message.state;
      if (message.type === 'unable') reject(ZooError.fromJSON(message.error));
      else if (message.type === 'restart') resolve(message.environment);
      else if (message.type === 'fetching') limit.extend();
      else if (message.type === 'ready') {
        limits = message.limits;
        resolve(message.heads);
      } else onReport(message);
    }
    worker.onMessage((message) => {
      if (isFromWorker(message)) hear(message); // a config may send messages for process managers, such as 'ready'
    });
    void exited.then((exit) => {
      limit.signal.removeEventListener('abort', onUnwanted);
      if (limit.signal.aborted) reject(limit.signal.reason as Error);
      else reject(endedEarly(exit));
    });
  });
  limit.signal.removeEventListener('abort', onUnwanted);
  if (!isHeads(heads)) return heads;
  return {
    heads,
    limits: limits!,
    get state() {
      return state!;
    },
    heartbeat,
    listen: (listener) => void (onReport = listener),
    kill,
    exited,
    send,
  };
}

/** Where nothing else tells the reason: the system and native libraries end a process without a word. */
const ENDED_BY: Readonly<Record<string, string>> = {
  SIGKILL:
    ' The system ends processes so where memory is short: give the container more, or have fewer heads or processes.',
  SIGABRT:
    ' Native code ends so where it gets no memory or no thread: look at the limits of this container and account.',
};

function endedEarly(exit: WorkerExit): ZooError {
  const how = exit.cause === 'frozen' ? 'it sent no heartbeat and was ended' : describeExit(exit);
  const hint = exit.cause === undefined ? (ENDED_BY[exit.signal ?? ''] ?? '') : '';
  return new ZooError('BACKEND_UNAVAILABLE', `The zoo's process ended before it was ready: ${how}.${hint}`);
}

function isReady(started: ReadyWorker | Environment): started is ReadyWorker {
  return 'exited' in started && started.exited instanceof Promise;
}

function isHeads(started: readonly HeadDescription[] | Environment): started is readonly HeadDescription[] {
  return Array.isArray(started);
}
