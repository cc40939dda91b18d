import type { PendingCall } from './pending-call.js';

/** How long a process may hold on to a call whose asker has left, in milliseconds. */
export interface PatienceLimits {
  /** Where nothing better is known. */
  readonly killAfterMs: number;
  /** Where a model runs for nobody else, and another process stands ready. */
  readonly graceMs: number;
  readonly hasReserve: () => boolean;
}

const MOST_INTERRUPTIONS = 3;

/** The run that a process told of last. */
export interface KnownRun {
  readonly call: number;
  readonly isShared: boolean;
}

/**
 * How long to wait for a process that holds a call whose asker has left; Infinity while it is at somebody else's run, which ending it
 * would only delay. A call that was interrupted often enough is not interrupted for the sake of a quick replacement again: whoever asks
 * and leaves, over and over, would keep the others from ever being answered.
 */
export function findPatienceMs(
  run: KnownRun | undefined,
  inFlight: ReadonlyMap<number, PendingCall>,
  { killAfterMs, graceMs, hasReserve }: PatienceLimits,
): number {
  const owner = run && inFlight.get(run.call);
  if (!run || !owner) return killAfterMs;
  if (!owner.isAbandoned) return Infinity;
  const others = [...inFlight.values()].filter(({ isAbandoned }) => !isAbandoned);
  if (run.isShared && others.some(({ sha256 }) => sha256 === owner.sha256)) return Infinity;
  if (!hasReserve() || others.some(({ interruptions }) => interruptions >= MOST_INTERRUPTIONS)) return killAfterMs;
  return Math.min(graceMs, killAfterMs);
}
