import { untilAborted } from './abort.js';
import { createSharedRank, type RankOfAskers, type SharedRank } from './shared-rank.js';
import type { Rank } from './fair-queue.js';

/** Of an asker who did not say. */
const USUAL_RANK: Rank = { priority: 'interactive', caller: '' };

/**
 * Joins the pending run of this key, or starts one. An asker who leaves stops waiting and nothing else; when the last has left, the
 * run's own signal aborts. The run has the best rank of its askers, also of one who joins while it waits. A run that failed is forgotten, as is one that succeeded: keeping results is a cache's work.
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
  readonly rank: RankOfAskers;
  askers: number;
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
    const run: Run<V> = { result, controller, rank, askers: 0, hasEnded: false };
    pending.set(key, run);
    return run;
  }

  return async (key, start, signal, given = USUAL_RANK) => {
    signal?.throwIfAborted();
    const own = { priority: given.priority, caller: given.caller }; // this asker's, whoever else has one like it
    const joined = pending.get(key);
    const run = joined ?? begin(key, start, own);
    joined?.rank.join(own);
    run.askers += 1;
    try {
      return { value: await untilAborted(run.result, signal), isShared: joined !== undefined };
    } finally {
      run.askers -= 1;
      run.rank.leave(own);
      if (run.askers === 0) {
        forget(key, run);
        if (!run.hasEnded) run.controller.abort(); // makes an error, with its stack
      }
    }
  };
}
