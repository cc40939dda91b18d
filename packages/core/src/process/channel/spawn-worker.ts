import { ZooError, type DecodeLimits, type HeadDescription, type ZooObserver } from '../../contract/index.js';
import { describeExit, forkWorker, type ChildExit, type ForkedWorker, type KillCause } from './fork-worker.js';
import { isFromChild, OBSERVED, type FromChild, type ProcessState, type Told, type ToChild } from './messages.js';
import { decodersArgument } from '../worker/load-worker-config.js';
import type { Share } from '../pool/plan-workers.js';
import { startTimeLimit, type TimeLimit } from '../pool/start-time-limit.js';

/** Compiled, also when this module itself runs from source in a test. */
const ENTRY = new URL('../../../dist/process/worker/zoo-worker.js', import.meta.url);

/** A heartbeat of the process has come, or is late. */
export interface Pulse {
  readonly type: 'pulse';
}

/** A process whose zoo is ready. */
export interface ZooChild {
  readonly heads: readonly HeadDescription[];
  readonly limits: DecodeLimits;
  /** As it last told. */
  readonly state: ProcessState;
  /** Whether its heartbeat comes in time, and for how long its main thread had not turned by the last one. */
  readonly heartbeat: ForkedWorker['heartbeat'];
  /** Says what it tells from now on, but for its state. */
  listen(onTold: (told: Told | Pulse) => void): void;
  /**
   * Resolves when the message is written, or cannot be because the process has ended. Rejects for a message that cannot be serialised,
   * of which nothing was sent.
   */
  send(message: ToChild): Promise<void>;
  kill(cause: KillCause): void;
  /** Resolves when the process has ended, whatever ended it. */
  readonly exited: Promise<ChildExit>;
}

/** What a process is started from. */
export interface ChildLocation {
  readonly config: URL;
  /** A module of decoders, for a config that has none. */
  readonly decoders?: URL;
  readonly execArgv: readonly string[];
  /** Hears what its zoo does; if left out, it tells nothing. */
  readonly observer?: ZooObserver;
  /** What of this machine is the process's. */
  readonly share?: Share;
  /** Ends the process, also one that is not ready yet. */
  readonly signal?: AbortSignal;
  /** Ends the process unless it is ready. */
  readonly startSignal?: AbortSignal;
  /** How long it may take until it is ready, since its start or since weights last came from the network. */
  readonly startWithinMs: number;
  /** How long its heartbeat may stay away. */
  readonly heartbeatTimeoutMs: number;
  /** What its processes were found to want in their environment: the first is started twice for it, the others once. */
  readonly environment: { wanted?: Environment };
}

type Environment = Readonly<Record<string, string>>;

/** Starts a process with the zoo of this config module; rejects with the fault for which it cannot start. */
export async function spawnChild(location: ChildLocation): Promise<ZooChild> {
  const limit = startTimeLimit(location);
  try {
    const started = await startChild(location, limit, location.environment.wanted);
    if (isReady(started)) return started;
    location.environment.wanted = started;
    const again = await startChild(location, limit, started);
    if (isReady(again)) return again;
    throw new ZooError('BACKEND_UNAVAILABLE', "The zoo's process asked twice for an environment that it was given.");
  } finally {
    limit.clear();
  }
}

async function startChild(
  { config, decoders, execArgv, observer, share = {}, signal, heartbeatTimeoutMs }: ChildLocation,
  limit: TimeLimit,
  environment: Environment | undefined,
): Promise<ZooChild | Environment> {
  limit.signal.throwIfAborted();
  let onTold: (told: Told | Pulse) => void = () => undefined;
  const worker = forkWorker(ENTRY, {
    args: [config.href, JSON.stringify(share), ...decodersArgument(decoders), ...(observer ? [OBSERVED] : [])],
    execArgv,
    environment,
    heartbeatTimeoutMs,
    onPulse: () => onTold({ type: 'pulse' }),
  });
  const { exited, heartbeat } = worker;
  const send = (message: ToChild): Promise<void> => worker.send(message);
  const kill = (cause: KillCause): void => worker.kill(cause);
  const onUnwanted = (): void => kill('closed');
  limit.signal.addEventListener('abort', onUnwanted, { once: true });
  signal?.addEventListener('abort', onUnwanted, { once: true }); // also once it is ready, when the limit is no more
  void exited.then(() => signal?.removeEventListener('abort', onUnwanted));

  let state: ProcessState | undefined;
  let limits: DecodeLimits | undefined;
  const heads = await new Promise<readonly HeadDescription[] | Environment>((resolve, reject) => {
    function hear(message: FromChild): void {
      if (observer) message.events?.forEach(observer);
      if ('state' in message) state = message.state;
      if (message.type === 'unable') reject(ZooError.fromJSON(message.error));
      else if (message.type === 'restart') resolve(message.environment);
      else if (message.type === 'fetching') limit.extend();
      else if (message.type === 'ready') {
        limits = message.limits;
        resolve(message.heads);
      } else onTold(message);
    }
    worker.onMessage((message) => {
      if (isFromChild(message)) hear(message); // a config may send what process managers want to hear, such as 'ready'
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
    listen: (listener) => void (onTold = listener),
    kill,
    exited,
    send,
  };
}

function endedEarly(exit: ChildExit): ZooError {
  const how = exit.cause === 'frozen' ? 'it gave no heartbeat and was ended' : describeExit(exit);
  return new ZooError('BACKEND_UNAVAILABLE', `The zoo's process ended before it was ready: ${how}.`);
}

function isReady(started: ZooChild | Environment): started is ZooChild {
  return 'exited' in started && started.exited instanceof Promise;
}

function isHeads(told: readonly HeadDescription[] | Environment): told is readonly HeadDescription[] {
  return Array.isArray(told);
}
