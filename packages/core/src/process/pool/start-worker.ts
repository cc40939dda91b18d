import { ZooError, type DecodeLimits, type HeadDescription, type ProcessRuntime } from '../../contract/index.js';
import type { CallLine } from '../queue/call-queue.js';
import { keepChild } from './restart-worker.js';
import type { Lane } from '../queue/worker-calls-types.js';
import type { ChildExit } from '../channel/fork-worker.js';
import type { ZooChild } from '../channel/spawn-worker.js';
import { isTooLate } from './start-time-limit.js';

/** After as many vain attempts to replace the process, or one that took too long, the callers that wait are told. */
const VAIN_ATTEMPTS = 3;

export interface WorkerOptions {
  readonly spawn: () => Promise<ZooChild>;
  /** Whether a process is ready to take this one's place. */
  readonly hasReserve: () => boolean;
  readonly onExit?: (exit: ChildExit) => void;
  readonly onReady?: () => void;
}

/** A process that wears out at once may have a budget too small for its models; replacing it over and over would not help. */
const RECYCLE_EVERY_MS = 60_000;

/** A process that is replaced when it ends, and its share of the calls. */
export interface Worker {
  readonly heads: readonly HeadDescription[];
  readonly limits: DecodeLimits;
  describe(): ProcessRuntime;
  close(): Promise<void>;
}

/** Rejects with the fault for which the first process cannot start. */
export async function startWorker(
  line: CallLine,
  { spawn, hasReserve, onExit, onReady }: WorkerOptions,
): Promise<Worker> {
  const lane = line.addLane({ onEnd: () => keeper.prove(), hasReserve, onWorn: recycle });
  let child: ZooChild | undefined;
  let crashes = 0;
  let recycledAt = -Infinity;

  function recycle(): void {
    if (performance.now() - recycledAt < RECYCLE_EVERY_MS) return;
    recycledAt = performance.now();
    void keeper.recycle(() => lane.drain());
  }

  const keeper = await keepChild(spawn, {
    onReady(ready) {
      child = ready;
      lane.attach(ready);
      onReady?.();
    },
    onExit(exit) {
      if (exit.cause !== 'recycled') {
        if (exit.cause !== 'cancelled') crashes += 1;
        lane.detach(exit);
      }
      onExit?.(exit);
    },
    onRetired: () => lane.detach({ code: null, signal: null, cause: 'recycled' }),
    onUnable(error, attempts) {
      if (attempts >= VAIN_ATTEMPTS || isTooLate(error)) line.fail(unavailable(error), lane);
    },
  });
  return {
    heads: child!.heads,
    limits: child!.limits,
    describe: () => ({ ...child!.state, state: stateOf(lane), crashes }),
    close: () => keeper.close(),
  };
}

function stateOf({ hasProcess, isUp }: Lane): ProcessRuntime['state'] {
  if (isUp) return 'up';
  return hasProcess ? 'unresponsive' : 'starting';
}

function unavailable(cause: unknown): ZooError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new ZooError('BACKEND_UNAVAILABLE', `The zoo's process ended and no other could be started: ${why}`, {
    cause,
  });
}
