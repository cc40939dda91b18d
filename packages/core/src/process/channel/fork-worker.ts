import { fork, type ChildProcess, type Serializable } from 'node:child_process';
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { PassThrough, type Readable } from 'node:stream';
import { missingFile } from '../../contract/errors/missing-file.js';
import { childEnvironment } from '../../host/child-environment.js';
import { allocatorSettings } from './allocator-settings.js';
import { WORKER_STDIO } from '../heartbeat/heartbeat-channel.js';
import { watchHeartbeat, type Heartbeat } from '../heartbeat/watch-heartbeat.js';

/**
 * Why a worker was ended on purpose. 'cancelled': the caller that it worked for has left; 'stalled': one run took too
 * long; 'frozen': its heartbeat stayed away; 'closed': it was not needed any more; 'recycled': it held memory that it
 * should have given back, and another worker has taken its place.
 */
export type KillCause = 'cancelled' | 'stalled' | 'frozen' | 'closed' | 'recycled';

/** How a worker's process ended: with an exit code or by a signal. */
export interface WorkerExit {
  readonly code: number | null;
  readonly signal: string | null;
  /** Undefined if it was not ended on purpose. */
  readonly cause?: KillCause;
}

export interface ForkOptions {
  readonly args: readonly string[];
  readonly execArgv: readonly string[];
  readonly environment?: Readonly<Record<string, string>> | undefined;
  /** How long its heartbeat may stay away before the process is ended as frozen, in milliseconds. */
  readonly heartbeatTimeoutMs: number;
  /** Called when a heartbeat has come, and when one is late. */
  readonly onPulse?: () => void;
}

/** A process that was started, and may not be ready yet. */
export interface ForkedWorker {
  readonly pid: number | undefined;
  readonly heartbeat: Pick<Heartbeat, 'isInTime' | 'blockedMs'>;
  onMessage(listener: (message: unknown) => void): void;
  /**
   * Resolves when the message is written, or when it cannot be written because the process has ended. Rejects for a
   * message that cannot be serialised; nothing of it is sent then.
   */
  send(message: Serializable): Promise<void>;
  kill(cause: KillCause): void;
  /** Closes the channel, which asks the process to end. */
  disconnect(): void;
  /** Resolves when the process has ended, or when it was killed and still does not end: then it is given up. */
  readonly exited: Promise<WorkerExit>;
}

/** The system ends a killed process in milliseconds, unless it is in a kernel call, such as to a driver that hangs. */
const GONE_WITHIN_MS = 5_000;

/**
 * The workers that end with this process at the latest. There is one set and one listener, however many workers are
 * started.
 */
const running = new Set<ChildProcess>();

function endAll(): void {
  // A worker in the middle of a run would outlive its channel by a second.
  for (const child of running) child.kill('SIGKILL');
}

/** Throws BACKEND_UNAVAILABLE where `entry` is missing: Node would only say so on standard error. */
export function forkWorker(entry: URL, options: ForkOptions): ForkedWorker {
  const { args, execArgv, environment, heartbeatTimeoutMs, onPulse = () => undefined } = options;
  if (!existsSync(entry)) throw missingFile(basename(entry.pathname));
  const child = fork(entry, args, {
    execArgv: [...execArgv],
    env: { ...allocatorSettings(), ...childEnvironment(), ...environment },
    serialization: 'advanced', // typed arrays cross as they are
    stdio: [...WORKER_STDIO],
  });
  if (running.size === 0) process.on('exit', endAll);
  running.add(child);
  let cause: KillCause | undefined;
  let end: (exit: Pick<WorkerExit, 'code' | 'signal'>) => void = () => undefined;
  let givingUp: NodeJS.Timeout | undefined;

  const exited = new Promise<WorkerExit>((resolve) => {
    end = (exit) => resolve({ ...exit, ...(cause && { cause }) });
  });
  child.once('exit', (code, signal) => end({ code, signal }));
  // More than one error may come: the process could not be started, or it cannot be killed. Without a listener, each
  // would end this process.
  child.on('error', () => child.pid === undefined && end({ code: null, signal: null }));

  function kill(why: KillCause): void {
    cause ??= why;
    child.kill('SIGKILL');
    givingUp ??= setTimeout(() => end({ code: null, signal: null }), GONE_WITHIN_MS);
  }

  // There are no pipes if this process has too many open files to start another.
  const pipes = child.stdio as readonly unknown[] | undefined;
  const pipe = (pipes?.[WORKER_STDIO.length - 1] ?? new PassThrough()) as Readable & { unref?(): void };
  pipe.unref?.();
  const heartbeat = watchHeartbeat(pipe, heartbeatTimeoutMs, {
    onBeat: onPulse,
    onLate: onPulse,
    onDead: () => kill('frozen'),
  });

  void exited.then(() => {
    clearTimeout(givingUp);
    heartbeat.stop();
    running.delete(child);
    if (running.size === 0) process.off('exit', endAll);
  });

  return {
    pid: child.pid,
    heartbeat,
    onMessage: (listener) => void child.on('message', listener),
    send: (message) => new Promise((resolve) => child.send(message, undefined, undefined, () => resolve())),
    kill,
    disconnect() {
      if (child.connected) child.disconnect();
    },
    exited,
  };
}

/** Returns `exit code 1` or `signal SIGKILL`, for messages. */
export function describeExit({ code, signal }: Pick<WorkerExit, 'code' | 'signal'>): string {
  return signal === null ? `exit code ${code ?? 'unknown'}` : `signal ${signal}`;
}
