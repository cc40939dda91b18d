import { ZooError, type DecodeLimits, type HeadDescription, type ProcessRuntime } from '../../contract/index.js';
import type { WorkerExit } from '../channel/fork-worker.js';
import type { ReadyWorker } from '../channel/spawn-worker.js';
import type { CallQueue } from '../queue/call-queue-types.js';
import type { WorkerCalls } from '../queue/workers/worker-calls-types.js';
import { isTooLate } from './start-time-limit.js';
import { superviseWorker } from './supervise-worker.js';
import { describeThrown } from '../../contract/text/describe-thrown.js';

/** After so many failed attempts to replace the worker, or one that took too long, the waiting callers are told. */
const FAILED_ATTEMPTS = 3;

/**
 * A worker that has to be recycled at once may have a budget too small for its models: replacing it over and over would
 * not help.
 */
const RECYCLE_EVERY_MS = 60_000;

export interface WorkerOptions {
  readonly spawn: () => Promise<ReadyWorker>;
  /** Whether a standby is ready to take the worker's place. */
  readonly hasStandby: () => boolean;
  /** Aborts when no worker is replaced any more. */
  readonly signal: AbortSignal;
  readonly onExit?: ((exit: WorkerExit) => void) | undefined;
  readonly onReady?: (() => void) | undefined;
}

/** A worker that is replaced when it ends, with its calls. */
export interface Worker {
  readonly heads: readonly HeadDescription[];
  readonly limits: DecodeLimits;
  describe(): ProcessRuntime;
  close(): Promise<void>;
}

/** Rejects with the fault for which the first process cannot start. */
export async function startWorker(
  queue: CallQueue,
  { spawn, hasStandby, signal, onExit, onReady }: WorkerOptions,
): Promise<Worker> {
  const calls = queue.addWorker({ onEnd: () => supervisor.markHealthy(), hasStandby, onShouldRecycle: recycle });
  let current: ReadyWorker | undefined;
  let crashes = 0;
  let recycledAt = -Infinity;

  function recycle(): void {
    if (performance.now() - recycledAt < RECYCLE_EVERY_MS) return;
    recycledAt = performance.now();
    void supervisor.recycle(() => calls.drain());
  }

  const supervisor = await superviseWorker(
    spawn,
    {
      onReady(worker) {
        current = worker;
        calls.attach(worker);
        onReady?.();
      },
      onExit(exit) {
        if (exit.cause !== 'recycled') {
          if (exit.cause !== 'cancelled') crashes += 1;
          calls.detach(exit);
        }
        onExit?.(exit);
      },
      onRetired: () => calls.detach({ code: null, signal: null, cause: 'recycled' }),
      onUnable(error, attempts) {
        const isFinal = attempts >= FAILED_ATTEMPTS || isTooLate(error) || signal.aborted;
        if (isFinal) queue.fail(unavailable(error), calls);
      },
    },
    signal,
  );
  return {
    heads: current!.heads,
    limits: current!.limits,
    describe: () => ({ ...current!.state, state: stateOf(calls), crashes }),
    close: () => supervisor.close(),
  };
}

function stateOf({ hasWorker, isResponsive }: WorkerCalls): ProcessRuntime['state'] {
  if (isResponsive) return 'up';
  return hasWorker ? 'unresponsive' : 'starting';
}

function unavailable(cause: unknown): ZooError {
  const why = describeThrown(cause);
  return new ZooError('BACKEND_UNAVAILABLE', `The zoo's process ended and no other could be started: ${why}`, {
    cause,
  });
}
