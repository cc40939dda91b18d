import { ZooError, type ModelProgress, type ZooPrefetchOptions } from '../contract/index.js';
import { describeExit, forkWorker } from './channel/fork-worker.js';
import { isFromPrefetch, type FromPrefetch } from './channel/messages.js';
import type { ChildLocation } from './channel/spawn-worker.js';

/** Compiled, also when this module itself runs from source in a test. */
const ENTRY = new URL('../../dist/process/worker/prefetch-worker.js', import.meta.url);
/** What was fetched is kept in any case; in time the process also takes its lock away. */
const STOP_WITHIN_MS = 10_000;

/**
 * Prefetches in a process of its own: the config, with the keys that its `weights.headers` may hold, need not be read by the one that
 * asks; and a zoo's process would fetch between two models, and stop when an image ends it.
 */
export async function prefetchApart(
  { config, execArgv, heartbeatTimeoutMs }: Pick<ChildLocation, 'config' | 'execArgv' | 'heartbeatTimeoutMs'>,
  { signal, onProgress }: ZooPrefetchOptions,
): Promise<void> {
  const worker = forkWorker(ENTRY, { args: [config.href], execArgv, heartbeatTimeoutMs });
  let end: Extract<FromPrefetch, { readonly type: 'done' | 'unable' }> | undefined;
  let failed: { readonly error: unknown } | undefined;
  let late: NodeJS.Timeout | undefined;

  const stop = (): void => {
    worker.disconnect();
    late ??= setTimeout(() => worker.kill('closed'), STOP_WITHIN_MS);
  };
  function fail(error: unknown): void {
    failed ??= { error };
    stop();
  }
  function tell(progress: ModelProgress): void {
    try {
      // The type says nothing of a promise; an async function fits it all the same.
      Promise.resolve(onProgress?.(progress) as unknown).catch(fail);
    } catch (error) {
      fail(error);
    }
  }

  worker.onMessage((message) => {
    if (!isFromPrefetch(message)) return;
    if (message.type !== 'progress') end = message;
    else if (signal?.aborted !== true && !failed) tell(message.progress);
  });
  if (signal?.aborted) stop();
  else signal?.addEventListener('abort', stop, { once: true });
  try {
    const exit = await worker.exited;
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
