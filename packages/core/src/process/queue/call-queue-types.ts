import type { QueueRuntime, ZooError } from '../../contract/index.js';
import type { Call, CallAnswer, PendingCall } from './calls/pending-call.js';
import type { WorkerCalls, WorkerCallsLimits } from './workers/worker-calls-types.js';

export interface CallQueueOptions extends Omit<WorkerCallsLimits, 'hasStandby'> {
  /** How many calls may wait or run. Where more come, those of the weakest rank are refused. */
  readonly maxPending: number;
  /** How long after its deadline a call that a worker has may still be answered, in milliseconds. */
  readonly answerGraceMs?: number;
  /** Computes the SHA-256 of an image; another function in tests. */
  readonly identify?: (bytes: Uint8Array) => Promise<string>;
  /** Hears of a call that a worker takes. */
  readonly onTaken?: (call: PendingCall) => void;
}

export interface WorkerHooks {
  /** Hears of every call that the worker has ended. */
  readonly onEnd?: () => void;
  /** Whether a standby is ready to take the worker's place; false by default. */
  readonly hasStandby?: () => boolean;
  /** Hears that the worker should be replaced when it suits: it holds memory that it should have given back. */
  readonly onShouldRecycle?: () => void;
}

/** The calls that wait for a worker, and those that one has. */
export interface CallQueue {
  addWorker(hooks?: WorkerHooks): WorkerCalls;
  /**
   * Rejects with BUSY where too many calls are pending, with IMAGE_QUARANTINED for an image that did harm, with the
   * reason of `signal` when it aborts, or with the fault of the call itself.
   */
  submit(call: Call, signal: AbortSignal): Promise<CallAnswer>;
  runtime(): QueueRuntime;
  /**
   * This worker gets no process: the others take its calls. If there is no other, or no worker is given, all that wait
   * fail.
   */
  fail(error: ZooError, worker?: WorkerCalls): void;
  /** Resolves when no call is pending. */
  drain(): Promise<void>;
}
