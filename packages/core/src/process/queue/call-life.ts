import type { WorkerExit } from '../channel/fork-worker.js';

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
    /** `isHarmful`: it ended a worker that had no other call. */
    | { readonly name: 'ended'; readonly isHarmful: boolean }
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
  | { readonly type: 'interrupt'; readonly isInnocent: boolean }
  | { readonly type: 'end' };

/** A call that was interrupted more often than this is no longer interrupted for the sake of another. */
export const MOST_INTERRUPTIONS = 3;

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
      if (state.name === 'sent' || state.name === 'abandoned') return interrupt(state, event.isInnocent);
      break;
    case 'end':
      return { ...history, name: 'ended', isHarmful: false };
  }
  throw new Error(`A call that is ${state.name} cannot ${event.type}.`);
}

/** Its worker has ended: back to the queue, to a worker of its own, or to its end. */
function interrupt(state: Extract<CallState, { name: 'sent' | 'abandoned' }>, isInnocent: boolean): CallState {
  const crashes = state.crashes + (isInnocent ? 0 : 1);
  const history = { crashes, interruptions: state.interruptions + (isInnocent ? 1 : 0) };
  const isAbandoned = state.name === 'abandoned';
  if (crashes > 1) return { ...history, name: 'ended', isHarmful: !(isAbandoned && state.isHung) };
  if (isAbandoned) return { ...history, name: 'ended', isHarmful: false };
  return { ...history, name: crashes > 0 ? 'suspect' : 'waiting' };
}

/** Whether the call has to run alone, because it may have ended a worker. */
export function isSuspicious({ crashes }: CallHistory): boolean {
  return crashes > 0;
}

/**
 * Whether a worker ended for a reason that has nothing to do with a call that it had. A call that freezes one worker
 * after another does.
 */
export function isInnocentOf({ interruptions }: CallHistory, { cause }: WorkerExit): boolean {
  return cause === 'cancelled' || (cause === 'frozen' && interruptions < MOST_INTERRUPTIONS);
}
