import { untilAborted } from './abort.js';
import { createSharedRank, type MutableSharedRank, type SharedRank } from './shared-rank.js';
import type { Rank } from './fair-queue.js';

/** The rank of a caller who gave none. */
const DEFAULT_RANK: Rank = { priority: 'interactive', caller: '' };

/**
 * Waits for the pending run of this key, or starts one. A caller whose `signal` aborts stops waiting, and the run goes
 * on for the others; when the last caller has left, the run's own signal aborts. The run has the best rank of its
 * callers, also when a better one comes while it waits. A run that has ended is forgotten: keeping results is the work
 * of a cache.
 */
export type ShareRun<V> = (
  key: string,
  start: (signal: AbortSignal, rank: SharedRank) => Promise<V>,
  signal?: AbortSignal,
  rank?: Rank,
) => Promise<{ readonly value: V; readonly isShared: boolean }>;

interface Run<V> {
  readonly result: Promise<V>;
  readonly controller: AbortController;
  readonly rank: MutableSharedRank;
  callers: number;
  hasEnded: boolean;
}

export function createSharedRuns<V>(): ShareRun<V> {
  const pending = new Map<string, Run<V>>();

  function forget(key: string, run: Run<V>): void {
    if (pending.get(key) === run) pending.delete(key);
  }

  function begin(key: string, start: Parameters<ShareRun<V>>[1], first: Rank): Run<V> {
    const controller = new AbortController();
    const rank = createSharedRank(first);
    const result = start(controller.signal, rank).finally(() => (run.hasEnded = true));
    const run: Run<V> = { result, controller, rank, callers: 0, hasEnded: false };
    pending.set(key, run);
    return run;
  }

  return async (key, start, signal, given = DEFAULT_RANK) => {
    signal?.throwIfAborted();
    const own = { priority: given.priority, caller: given.caller }; // an object of this caller, to be removed as such
    const shared = pending.get(key);
    const run = shared ?? begin(key, start, own);
    shared?.rank.add(own);
    run.callers += 1;
    try {
      return { value: await untilAborted(run.result, signal), isShared: shared !== undefined };
    } finally {
      run.callers -= 1;
      run.rank.remove(own);
      if (run.callers === 0) {
        forget(key, run);
        if (!run.hasEnded) run.controller.abort(); // only then: it makes an error, with its stack
      }
    }
  };
}
