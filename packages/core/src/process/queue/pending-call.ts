import type { Rank } from '../../flow/fair-queue.js';
import type { CallOptions, OutcomeData } from '../channel/messages.js';

export interface Call {
  readonly bytes: Uint8Array;
  /** Of `bytes`, where the caller knows it: then it is not computed. */
  readonly sha256?: string | undefined;
  readonly requests: Readonly<Record<string, unknown>>;
  readonly options: CallOptions;
  readonly rank: Rank;
  /** By `performance.now()`. */
  readonly deadlineAt: number;
}

export type CallAnswer = Readonly<Record<string, OutcomeData>>;

/** A call that waits for a process or is with one. */
export interface PendingCall extends Call {
  readonly id: number;
  /** By which the picture is known: the digest of `bytes`, with the view behind it where that is not the default; empty until it is known. */
  imageKey: string;
  /** Of `bytes`; empty until it is known. */
  digest: string;
  readonly heads: readonly string[];
  /** When it joined the line, by `performance.now()`. */
  readonly joinedAt: number;
  readonly resolve: (answer: CallAnswer) => void;
  readonly reject: (error: Error) => void;
  /** Whether it was with a process that ended, or harmed one before: it gets a process that has nothing else to do. */
  isSuspect: boolean;
  /** Processes that ended of themselves, or stood still, while they had this call. */
  crashes: number;
  /** Whether the process has all of it, and so owes its end. */
  isSent: boolean;
  isAbandoned: boolean;
  /** Whether it was found to hold its process beyond its deadline. */
  isHung: boolean;
  /** Times that its process was ended for the sake of another call. */
  interruptions: number;
  killTimer?: NodeJS.Timeout;
}

export interface Started {
  readonly pending: PendingCall;
  readonly ended: Promise<CallAnswer>;
}

export function createPending(call: Call, id: number): Started {
  let pending: PendingCall | undefined;
  const ended = new Promise<CallAnswer>((resolve, reject) => {
    const heads = Object.keys(call.requests);
    const joinedAt = performance.now();
    const fresh = { isSuspect: false, crashes: 0, isSent: false, isAbandoned: false, isHung: false, interruptions: 0 };
    pending = { ...call, id, imageKey: '', digest: '', heads, joinedAt, resolve, reject, ...fresh };
  });
  return { pending: pending!, ended };
}
