import { fork } from 'node:child_process';
import { ZooError, type HeadDescription, type ZooObserver } from '../contract/index.js';
import { OBSERVED, type FromChild, type ProcessState, type Told, type ToChild } from './messages.js';
import type { Share } from './plan-shares.js';

/** Compiled, also when this module itself runs from source in a test. */
const ENTRY = new URL('../../dist/process/zoo-child.js', import.meta.url);

/**
 * Why a process was ended on purpose: whoever had asked for what it does has left; it stood still; it was not needed any more; it held
 * memory that it should have given back, and another one had taken its place.
 */
export type KillCause = 'cancelled' | 'stalled' | 'closed' | 'recycled';

/** How a process ended: by its own exit code or by a signal. */
export interface ChildExit {
  readonly code: number | null;
  readonly signal: string | null;
  /** Undefined if nobody here meant it to. */
  readonly cause?: KillCause;
}

/** A process whose zoo is ready. */
export interface ZooChild {
  readonly heads: readonly HeadDescription[];
  /** As it last told. */
  readonly state: ProcessState;
  /** Says what it tells from now on, but for its state. */
  listen(onTold: (told: Told) => void): void;
  /** Resolves when the message is written, or cannot be because the process has ended. */
  send(message: ToChild): Promise<void>;
  kill(cause: KillCause): void;
  /** Resolves when the process has ended, whatever ended it. */
  readonly exited: Promise<ChildExit>;
}

/** What a process is started from. */
export interface ChildLocation {
  readonly config: URL;
  readonly execArgv: readonly string[];
  /** Hears what its zoo does; if left out, it tells nothing. */
  readonly observer?: ZooObserver;
  /** What of this machine is the process's. */
  readonly share?: Share;
  /** Ends the process, also one that is not ready yet. */
  readonly signal?: AbortSignal;
  /** What its processes were found to want in their environment: the first is started twice for it, the others once. */
  readonly environment: { wanted?: Environment };
}

type Environment = Readonly<Record<string, string>>;

/** Starts a process with the zoo of this config module; rejects with the fault for which it cannot start. */
export async function spawnChild(location: ChildLocation): Promise<ZooChild> {
  const started = await startChild(location, location.environment.wanted);
  if (isReady(started)) return started;
  location.environment.wanted = started;
  const again = await startChild(location, started);
  if (isReady(again)) return again;
  throw new ZooError('BACKEND_UNAVAILABLE', "The zoo's process asked twice for an environment that it was given.");
}

async function startChild(
  { config, execArgv, observer, share = {}, signal }: ChildLocation,
  environment: Environment | undefined,
): Promise<ZooChild | Environment> {
  signal?.throwIfAborted();
  const child = fork(ENTRY, [config.href, JSON.stringify(share), ...(observer ? [OBSERVED] : [])], {
    execArgv: [...execArgv],
    env: { ...process.env, ...environment },
    serialization: 'advanced', // typed arrays cross as they are
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  let cause: KillCause | undefined;
  const kill = (why: KillCause): void => {
    cause ??= why;
    child.kill('SIGKILL');
  };
  const onParentExit = (): void => kill('closed'); // a model that is running would outlive its channel
  process.once('exit', onParentExit);
  signal?.addEventListener('abort', onParentExit, { once: true });
  const exited = new Promise<ChildExit>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal, ...(cause && { cause }) }));
    child.once('error', () => resolve({ code: null, signal: null })); // could not be started
  });
  void exited.then(() => {
    process.off('exit', onParentExit);
    signal?.removeEventListener('abort', onParentExit);
  });

  let onTold: (told: Told) => void = () => undefined;
  let state: ProcessState | undefined;
  const heads = await new Promise<readonly HeadDescription[] | Environment>((resolve, reject) => {
    child.on('message', (message: FromChild) => {
      if (observer) message.events?.forEach(observer);
      if (message.type === 'unable') {
        reject(ZooError.fromJSON(message.error));
        return;
      }
      if (message.type === 'restart') {
        resolve(message.environment);
        return;
      }
      if ('state' in message) state = message.state;
      if (message.type === 'ready') resolve(message.heads);
      else onTold(message);
    });
    void exited.then((exit) => {
      reject(
        new ZooError('BACKEND_UNAVAILABLE', `The zoo's process ended before it was ready: ${describeExit(exit)}.`),
      );
    });
  });
  if (!isHeads(heads)) return heads;
  return {
    heads,
    get state() {
      return state!;
    },
    listen: (listener) => void (onTold = listener),
    kill,
    exited,
    send: (message) => new Promise((resolve) => child.send(message, undefined, undefined, () => resolve())),
  };
}

function isReady(started: ZooChild | Environment): started is ZooChild {
  return 'exited' in started && started.exited instanceof Promise;
}

function isHeads(told: readonly HeadDescription[] | Environment): told is readonly HeadDescription[] {
  return Array.isArray(told);
}

/** `exit code 1` or `signal SIGKILL`, for messages. */
export function describeExit({ code, signal }: ChildExit): string {
  return signal === null ? `exit code ${code ?? 'unknown'}` : `signal ${signal}`;
}
