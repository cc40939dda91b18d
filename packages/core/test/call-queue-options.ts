import type { CallQueueOptions } from '../src/process/queue/call-queue-types.js';

export const KILL_AFTER_MS = 20;

export const OPTIONS: CallQueueOptions = {
  maxPending: 8,
  killAfterMs: KILL_AFTER_MS,
  graceMs: 100,
  stallAfterMs: 60_000,
  identify: (bytes) => Promise.resolve(`digest of ${bytes.length} zeros`),
};

/** A worker that crashed. */
export const EXIT = { code: null, signal: 'SIGSEGV' };

/** A worker that was ended because a model ran for nobody. */
export const KILLED = { code: null, signal: 'SIGKILL', cause: 'cancelled' } as const;
