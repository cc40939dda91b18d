import type { WorkerExit } from '../../channel/fork-worker.js';
import { findExitFault, WORKERS_FOR_PROOF, type ExitFault } from '../quarantine/faults-that-quarantine.js';

/** What happened to a call so far. */
interface CallHistory {
  /**
   * Workers that ended of themselves, or stood still, while they had this call. From the first on, the call runs alone.
   */
  readonly crashes: number;
  /** Times that its worker was ended for the sake of another call. */
  readonly interruptions: number;
}

/** Where a call is in its life. docs/architecture.md has the drawing. */
export type CallState = CallHistory &
  (
    | { readonly name: 'waiting' }
    /** It waits for a worker that has no other call, because it may have ended one. */
    | { readonly name: 'suspect' }
    /** A worker has it, or is being sent it. */
    | { readonly name: 'sent'; readonly isWhole: boolean }
    /** The caller has left, and the worker has not ended the call yet. */
    | AbandonedState
    /** `fault`: what it did to a worker that had no other call, for which its image is quarantined. */
    | { readonly name: 'ended'; readonly fault?: ExitFault }
  );

interface AbandonedState {
  readonly name: 'abandoned';
  /** Whether the worker has all of the call, and so will answer that it has ended. */
  readonly isWhole: boolean;
  /** When the caller left, by `performance.now()`. */
  readonly since: number;
  /** Whether the caller left because the deadline had passed. */
  readonly isLate: boolean;
  /** Whether the call was found to hold its worker beyond the deadline. */
  readonly isHung: boolean;
}

export type CallEvent =
  /** A worker takes the call. */
  | { readonly type: 'take' }
  /** The last piece of the call is written. */
  | { readonly type: 'complete' }
  | { readonly type: 'abandon'; readonly at: number; readonly isLate: boolean }
  | { readonly type: 'hang' }
  /** The call may be harmful: it goes on alone. */
  | { readonly type: 'isolate' }
  /** The worker that had the call has ended. */
  | { readonly type: 'interrupt'; readonly exit: Pick<WorkerExit, 'cause'> }
  | { readonly type: 'end' };

export const NEW_CALL: CallState = { name: 'waiting', crashes: 0, interruptions: 0 };

/**
 * The one place where a call changes its state. Throws for an event that the state does not allow: that is a bug here.
 */
export function nextCallState(state: CallState, event: CallEvent): CallState {
  const { crashes, interruptions } = state;
  const history = { crashes, interruptions };
  switch (event.type) {
    case 'take':
      if (state.name === 'waiting' || state.name === 'suspect') return { ...history, name: 'sent', isWhole: false };
      break;
    case 'complete':
      if (state.name === 'sent') return { ...state, isWhole: true };
      break;
    case 'abandon': {
      const { at: since, isLate } = event;
      if (state.name !== 'sent') break;
      return { ...history, name: 'abandoned', isWhole: state.isWhole, since, isLate, isHung: false };
    }
    case 'hang':
      if (state.name === 'abandoned') return { ...state, isHung: true };
      break;
    case 'isolate':
      if (state.name === 'waiting' || state.name === 'suspect') return { ...history, name: 'suspect', crashes: 1 };
      break;
    case 'interrupt':
      if (state.name === 'sent' || state.name === 'abandoned') return interrupt(state, event.exit);
      break;
    case 'end':
      return { ...history, name: 'ended' };
  }
  throw new Error(`A call that is ${state.name} cannot ${event.type}.`);
}

/** Its worker has ended: back to the queue, to a worker of its own, or to its end. */
function interrupt(
  state: Extract<CallState, { name: 'sent' | 'abandoned' }>,
  exit: Pick<WorkerExit, 'cause'>,
): CallState {
  const fault = findExitFault(exit, state.interruptions);
  const crashes = state.crashes + (fault ? 1 : 0);
  const history = { crashes, interruptions: state.interruptions + (fault ? 0 : 1) };
  const isAbandoned = state.name === 'abandoned';
  const isRecorded = isAbandoned && state.isHung; // for what it did before the worker ended
  if (crashes >= WORKERS_FOR_PROOF) return { ...history, name: 'ended', ...(fault && !isRecorded && { fault }) };
  if (isAbandoned) return { ...history, name: 'ended' };
  return { ...history, name: crashes > 0 ? 'suspect' : 'waiting' };
}

/** Whether the call has to run alone, because it may have ended a worker. */
export function isSuspicious({ crashes }: CallHistory): boolean {
  return crashes > 0;
}
