import type { WorkerExit } from '../../channel/fork-worker.js';
import type { ReadyWorker } from '../../channel/spawn-worker.js';
import type { AbandonedCallLimits } from '../hanging/hang-detection.js';
import type { PendingCall } from '../calls/pending-call.js';
import type { QuarantineFault } from '../quarantine/faults-that-quarantine.js';

/** What one worker's calls tell the queue. */
export interface WorkerCallsEvents {
  /** Returns the next call that this worker should have, if any waits. */
  next(): PendingCall | undefined;
  /** The worker is about to get this call. */
  onBegin(call: PendingCall): void;
  /** The number of calls that the worker has is another one now. */
  onLoad(): void;
  /** The worker is done with a call, in whatever way. */
  onFree(): void;
  /** The worker has ended a call, well or not. */
  onEnd(call: PendingCall): void;
  /** The worker was ended for the sake of another call; this one waits again. */
  onInterrupted(call: PendingCall): void;
  /** The worker has ended, and has no calls any more. */
  onDetached(): void;
  /** The call has done what counts against its image. */
  onFault(call: PendingCall, fault: QuarantineFault): void;
  /** It has changed whether the worker gets calls: its heartbeat is late, or has come back, or it is to be drained. */
  onTurn(): void;
  /** The worker reports memory that it should have given back. Called with each such report. */
  onShouldRecycle(): void;
}

export interface WorkerCallsLimits extends AbandonedCallLimits {
  /** How long a worker that has calls may be silent. */
  readonly stallAfterMs: number;
}

/** The calls of one worker, and of the processes that take its place. */
export interface WorkerCalls {
  /** Whether the process is ready and has not ended. */
  readonly hasWorker: boolean;
  /** Whether its heartbeat is in time as well. */
  readonly isResponsive: boolean;
  /** Whether it gets calls: it is responsive, and neither drained nor killed. */
  readonly isUp: boolean;
  /** Calls that the worker has, or that wait for it and for no other. */
  readonly load: number;
  /** Takes calls until the worker has as many as it may. */
  pump(): void;
  /** A process is ready. */
  attach(worker: ReadyWorker): void;
  /** Gives the worker no more calls. Resolves when it has none, or has ended. */
  drain(): Promise<void>;
  /** The process has ended. */
  detach(exit: WorkerExit): void;
  /** A call that did harm before waits for this worker, to run alone. If it ends the worker, it fails. */
  isolate(call: PendingCall): void;
  /** Whether no other worker has a call: then a run may use the cores of all. */
  share(isAlone: boolean): void;
  /** Removes a call that waits for this worker; returns whether it did. */
  remove(call: PendingCall): boolean;
  /**
   * The caller has left; nothing happens to a call that this worker does not have. `isLate`: the deadline has passed.
   */
  abandon(call: PendingCall, isLate: boolean): void;
  /** No process can be had: removes and returns the calls that waited for this worker. */
  release(): readonly PendingCall[];
}
