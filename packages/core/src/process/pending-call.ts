import type { Rank } from '../sessions/waiting-line.js';
import type { CallOptions, OutcomeData } from './messages.js';

export interface Call {
  readonly bytes: Uint8Array;
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
  readonly resolve: (answer: CallAnswer) => void;
  readonly reject: (error: Error) => void;
  /** Processes that ended while they had this call. */
  deaths: number;
  /** Whether the process has all of it, and so owes its end. */
  isSent: boolean;
  isAbandoned: boolean;
  killTimer?: NodeJS.Timeout;
}

export function createPending(
  call: Call,
  id: number,
): { readonly pending: PendingCall; readonly ended: Promise<CallAnswer> } {
  let pending: PendingCall | undefined;
  const ended = new Promise<CallAnswer>((resolve, reject) => {
    pending = { ...call, id, resolve, reject, deaths: 0, isSent: false, isAbandoned: false };
  });
  return { pending: pending!, ended };
}
