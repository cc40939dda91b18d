import { fork } from 'node:child_process';
import { childEnvironment } from '../../host/child-environment.js';

/** What a process says, or how it ended without a word. */
export type Said<T> = T | { readonly state: 'failed'; readonly reason: string };

/**
 * The first message of a process of this package's compiled `entry`, which is then ended: a broken driver may end it,
 * or keep it for ever. What native code writes is left out.
 */
export async function askChild<T>(entry: URL, args: readonly string[], withinMs: number): Promise<Said<T>> {
  const env = childEnvironment();
  const child = fork(entry, args, { execArgv: [], env, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    child.kill('SIGKILL');
  }, withinMs);
  try {
    return await new Promise<Said<T>>((resolve) => {
      child.once('message', (said) => resolve(said as T));
      child.once('error', (error) => resolve({ state: 'failed', reason: error.message }));
      child.once('exit', (code, signal) => {
        const how = signal === null ? `exit code ${code ?? 'unknown'}` : `signal ${signal}`;
        const reason = isLate
          ? `its process did not answer within ${withinMs / 1000} s`
          : `its process ended by ${how}`;
        resolve({ state: 'failed', reason });
      });
    });
  } finally {
    clearTimeout(timer);
    child.kill('SIGKILL');
  }
}
