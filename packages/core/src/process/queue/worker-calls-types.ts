import type { ChildExit } from '../channel/fork-worker.js';
import type { PatienceLimits } from './hang-detection.js';
import type { PendingCall } from './pending-call.js';
import type { ZooChild } from '../channel/spawn-worker.js';

/** What one worker's share of the calls tells the queue. */
export interface LaneEvents {
  /** The next call that this process should have, if any waits. */
  next(): PendingCall | undefined;
  /** The process is about to begin with a call. */
  onBegin(call: PendingCall): void;
  /** The process is done with a call, in whatever way. */
  onFree(): void;
  /** The process has ended a call, well or not. */
  onEnd(call: PendingCall): void;
  /** The process was ended for the sake of another call; this one is to be asked again. */
  onInterrupted(call: PendingCall): void;
  /** The process has ended, and has no calls any more. */
  onDetached(): void;
  /** The call ended two processes, the second of which had nothing else to do. */
  onGuilty(call: PendingCall): void;
  /** The process was held by this call beyond its deadline, and is killed unless the call ends soon. */
  onHang(call: PendingCall): void;
  /** The heartbeat of the process is late, or has come back. */
  onPulse(): void;
  /** The process says that it holds memory which it should have given back; told as often as it says so. */
  onWorn(): void;
}

export interface LaneLimits extends PatienceLimits {
  /** How long a process that has calls may give no sign of life. */
  readonly stallAfterMs: number;
}

/** The calls that are with one process, and with those that take its place. */
export interface Lane {
  /** Whether a process is there. */
  readonly hasProcess: boolean;
  /** Whether a process is there whose heartbeat comes in time: it is given calls. */
  readonly isUp: boolean;
  /** Calls that are with the process, or may be with no other. */
  readonly load: number;
  /** Takes calls until the process has as many as it may. */
  pump(): void;
  /** A process is ready. */
  attach(child: ZooChild): void;
  /** The process is given no more calls; resolves when it has none, or has ended. */
  drain(): Promise<void>;
  /** It has ended. */
  detach(exit: ChildExit): void;
  /** A call that did harm before waits for this lane's process to run alone; once more is enough to fail it. */
  isolate(call: PendingCall): void;
  /** Whether the call was waiting here; it has left. */
  leave(call: PendingCall): boolean;
  /** The asker of a call that may be with the process has left; `isLate` if it was the deadline that passed. */
  abandon(call: PendingCall, isLate: boolean): void;
  /** No process can be had: these calls waited for one of this lane. */
  release(): readonly PendingCall[];
}
