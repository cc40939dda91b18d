import { isSuspicious } from '../calls/call-life.js';
import {
  computeAbandonedLimitMs,
  findHoldFault,
  isHanging,
  isOwnRun,
  type AbandonedCallLimits,
} from './hang-detection.js';
import type { PendingCall } from '../calls/pending-call.js';
import type { HoldFault } from '../quarantine/faults-that-quarantine.js';
import type { WorkerWatch } from '../workers/worker-watch.js';

/** How often a worker that keeps an abandoned call is looked at. */
const LOOK_MS = 50;

export interface AbandonedCallsOptions {
  readonly limits: AbandonedCallLimits;
  readonly inFlight: ReadonlyMap<number, PendingCall>;
  readonly watch: Pick<WorkerWatch, 'silence'>;
  /** Hears of a call that holds the worker; the worker is killed unless the call ends soon. */
  readonly onFault: (call: PendingCall, fault: HoldFault) => void;
  /** Ends the worker. */
  readonly kill: () => void;
}

/** Abandoned calls that a worker has not ended yet. */
export interface AbandonedCalls {
  add(call: PendingCall): void;
  /** The worker has ended the call, or has ended itself. */
  remove(call: PendingCall): void;
}

/** Ends a worker that keeps an abandoned call for too long. */
export function createAbandonedCalls({
  limits,
  inFlight,
  watch,
  onFault,
  kill,
}: AbandonedCallsOptions): AbandonedCalls {
  const timers = new Map<PendingCall, NodeJS.Timeout>();

  function look(call: PendingCall): void {
    if (call.state.name !== 'abandoned') return;
    const silence = watch.silence();
    const limitMs = computeAbandonedLimitMs(silence.run, inFlight, limits);
    const { since, isLate, isHung } = call.state;
    const abandonedMs = performance.now() - since;
    if (abandonedMs >= limitMs) {
      const fault = isHung ? undefined : findHoldFault(call, silence);
      if (fault) {
        call.apply({ type: 'hang' });
        onFault(call, fault);
      }
      // A call that held a worker before, and now runs alone, gets time to end after all: it may be slow and no more.
      const isOnTrial = isLate && isSuspicious(call.state) && isOwnRun(silence.run, call.id) && !isHanging(silence);
      if (!isOnTrial || abandonedMs >= limits.killAfterMs) {
        kill();
        return;
      }
    }
    timers.set(call, setTimeout(look, Math.min(LOOK_MS, limitMs), call).unref());
  }

  return {
    add: look,
    remove(call) {
      clearTimeout(timers.get(call));
      timers.delete(call);
    },
  };
}
