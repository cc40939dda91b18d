import { untilAborted } from '../sessions/abort.js';

/**
 * Joins the pending run of this key, or starts one. An asker who leaves stops waiting and nothing else; when the last has left, the
 * run's own signal aborts. A run that failed is forgotten, as is one that succeeded: keeping results is a cache's work.
 */
export type ShareRun<V> = (
  key: string,
  start: (signal: AbortSignal) => Promise<V>,
  signal?: AbortSignal,
) => Promise<{ readonly value: V; readonly isShared: boolean }>;

interface Run<V> {
  readonly result: Promise<V>;
  readonly controller: AbortController;
  askers: number;
  hasEnded: boolean;
}

export function createSharedRuns<V>(): ShareRun<V> {
  const pending = new Map<string, Run<V>>();

  function forget(key: string, run: Run<V>): void {
    if (pending.get(key) === run) pending.delete(key);
  }

  function begin(key: string, start: (signal: AbortSignal) => Promise<V>): Run<V> {
    const controller = new AbortController();
    const result = start(controller.signal).finally(() => (run.hasEnded = true));
    const run: Run<V> = { result, controller, askers: 0, hasEnded: false };
    pending.set(key, run);
    return run;
  }

  return async (key, start, signal) => {
    signal?.throwIfAborted();
    const joined = pending.get(key);
    const run = joined ?? begin(key, start);
    run.askers += 1;
    try {
      return { value: await untilAborted(run.result, signal), isShared: joined !== undefined };
    } finally {
      run.askers -= 1;
      if (run.askers === 0) {
        forget(key, run);
        if (!run.hasEnded) run.controller.abort(); // makes an error, with its stack
      }
    }
  };
}
