import { fork } from 'node:child_process';
import { ZooError, type HeadDescription } from '../contract/index.js';
import type { CallEnd, FromChild, ToChild } from './messages.js';

/** Compiled, also when this module itself runs from source in a test. */
const ENTRY = new URL('../../dist/process/zoo-child.js', import.meta.url);

/** How a process ended: by its own exit code or by a signal. */
export interface ChildExit {
  readonly code: number | null;
  readonly signal: string | null;
}

/** A process whose zoo is ready. */
export interface ZooChild {
  readonly heads: readonly HeadDescription[];
  /** Resolves when the message is written, or cannot be because the process has ended. */
  send(message: ToChild): Promise<void>;
  kill(): void;
  /** Resolves when the process has ended, whatever ended it. */
  readonly exited: Promise<ChildExit>;
}

/** Starts a process with the zoo of this config module; rejects with the fault for which it cannot start. */
export async function spawnChild(
  { config, execArgv }: { readonly config: URL; readonly execArgv: readonly string[] },
  onCallEnd: (end: CallEnd) => void,
): Promise<ZooChild> {
  const child = fork(ENTRY, [config.href], {
    execArgv: [...execArgv],
    serialization: 'advanced', // typed arrays cross as they are
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill); // a model that is running would outlive its channel
  const exited = new Promise<ChildExit>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
    child.once('error', () => resolve({ code: null, signal: null })); // could not be started
  });
  void exited.then(() => process.off('exit', kill));

  const heads = await new Promise<readonly HeadDescription[]>((resolve, reject) => {
    child.on('message', (message: FromChild) => {
      if (message.type === 'ready') resolve(message.heads);
      else if (message.type === 'unable') reject(ZooError.fromJSON(message.error));
      else onCallEnd(message);
    });
    void exited.then((exit) => {
      reject(
        new ZooError('BACKEND_UNAVAILABLE', `The zoo's process ended before it was ready: ${describeExit(exit)}.`),
      );
    });
  });
  return {
    heads,
    kill,
    exited,
    send: (message) => new Promise((resolve) => child.send(message, undefined, undefined, () => resolve())),
  };
}

/** `exit code 1` or `signal SIGKILL`, for messages. */
export function describeExit({ code, signal }: ChildExit): string {
  return signal === null ? `exit code ${code ?? 'unknown'}` : `signal ${signal}`;
}
