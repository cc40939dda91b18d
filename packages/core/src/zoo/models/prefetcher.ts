import { ZooError, type Zoo, type ZooPrefetchOptions } from '../../contract/index.js';
import { parseOptions } from '../../contract/options/parse-options.js';
import { prefetchOptions } from '../../contract/options/prefetch-options.js';

export interface Prefetcher {
  readonly prefetch: Zoo['prefetch'];
  /** Ends those that run; resolves when they have. */
  close(): Promise<void>;
}

/** Runs prefetches for as long as the zoo is open. */
export function createPrefetcher(run: (options: ZooPrefetchOptions) => Promise<void>): Prefetcher {
  const closing = new AbortController();
  const running = new Set<Promise<void>>();
  return {
    async prefetch(given = {}) {
      const options = parseOptions(prefetchOptions, given, { code: 'INVALID_PARAM', what: 'Options' });
      const { signal, onProgress } = options;
      closing.signal.throwIfAborted();
      signal?.throwIfAborted();
      const either = signal ? AbortSignal.any([signal, closing.signal]) : closing.signal;
      const job = run({ signal: either, ...(onProgress && { onProgress }) });
      running.add(job);
      await job.finally(() => running.delete(job));
    },
    async close() {
      closing.abort(new ZooError('BACKEND_UNAVAILABLE', 'The zoo is closed; what was fetched so far is kept.'));
      await Promise.allSettled(running);
    },
  };
}
