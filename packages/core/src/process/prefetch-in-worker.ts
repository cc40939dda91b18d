import { ZooError, type ModelProgress, type ZooPrefetchOptions } from '../contract/index.js';
import { describeExit, forkWorker } from './channel/fork-worker.js';
import { isFromPrefetch, type FromPrefetch } from './channel/messages.js';
import type { WorkerLocation } from './channel/spawn-worker.js';

/** The compiled module, also when this module itself runs from source in a test. */
const ENTRY = new URL('../../dist/process/worker/prefetch-worker.js', import.meta.url);
/** How long the process has to stop and remove its lock. The files that it has fetched stay in any case. */
const STOP_WITHIN_MS = 10_000;

/**
 * Prefetches in a process of its own. The calling process need not read the config, whose `weights.headers` may hold
 * keys; and a worker of the zoo would fetch between two runs of a model, and stop when an image ends it.
 */
export async function prefetchInWorker(
  { config, execArgv, heartbeatTimeoutMs }: Pick<WorkerLocation, 'config' | 'execArgv' | 'heartbeatTimeoutMs'>,
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
  function report(progress: ModelProgress): void {
    try {
      // The type says nothing of a promise, but it also allows an async function.
      Promise.resolve(onProgress?.(progress) as unknown).catch(fail);
    } catch (error) {
      fail(error);
    }
  }

  worker.onMessage((message) => {
    if (!isFromPrefetch(message)) return;
    if (message.type !== 'progress') end = message;
    else if (signal?.aborted !== true && !failed) report(message.progress);
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
      `The process that fetches weights ended before it was done: ${describeExit(exit)}. What it has fetched is ` +
        'kept: try again.',
    );
  } finally {
    clearTimeout(late);
    signal?.removeEventListener('abort', stop);
  }
}
