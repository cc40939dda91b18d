import { fork } from 'node:child_process';
import { ZooError, type ModelProgress, type ZooPrefetchOptions } from '../contract/index.js';
import type { FromPrefetch } from './messages.js';
import { describeExit, type ChildLocation } from './spawn-child.js';

/** Compiled, also when this module itself runs from source in a test. */
const ENTRY = new URL('../../dist/process/prefetch-child.js', import.meta.url);
/** What was fetched is kept in any case; in time the process also takes its lock away. */
const STOP_WITHIN_MS = 10_000;

/**
 * Prefetches in a process of its own: the config, with the keys that its `weights.headers` may hold, need not be read by the one that
 * asks; and a zoo's process would fetch between two models, and stop when an image ends it.
 */
export async function prefetchApart(
  { config, execArgv }: Pick<ChildLocation, 'config' | 'execArgv'>,
  { signal, onProgress }: ZooPrefetchOptions,
): Promise<void> {
  const child = fork(ENTRY, [config.href], {
    execArgv: [...execArgv],
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  let end: Extract<FromPrefetch, { readonly type: 'done' | 'unable' }> | undefined;
  let failed: { readonly error: unknown } | undefined;
  function tell(progress: ModelProgress): void {
    try {
      onProgress?.(progress);
    } catch (error) {
      failed = { error };
      stop();
    }
  }
  child.on('message', (message: FromPrefetch) => {
    if (message.type !== 'progress') end = message;
    else if (signal?.aborted !== true && !failed) tell(message.progress);
  });
  const exited = new Promise<{ readonly code: number | null; readonly signal: string | null }>((resolve) => {
    child.once('exit', (code, killedBy) => resolve({ code, signal: killedBy }));
    child.once('error', () => resolve({ code: null, signal: null })); // could not be started
  });
  let late: NodeJS.Timeout | undefined;
  const stop = (): void => {
    if (child.connected) child.disconnect();
    late ??= setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
  };
  if (signal?.aborted) stop();
  else signal?.addEventListener('abort', stop, { once: true });
  try {
    const exit = await exited;
    if (failed) throw failed.error;
    if (end?.type === 'done') return;
    signal?.throwIfAborted();
    if (end) throw ZooError.fromJSON(end.error);
    throw new ZooError(
      'WEIGHTS_UNAVAILABLE',
      `The process that fetches weights ended before it was done: ${describeExit(exit)}. What it had fetched is kept: try again.`,
    );
  } finally {
    clearTimeout(late);
    signal?.removeEventListener('abort', stop);
  }
}
