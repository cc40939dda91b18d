import { getMaxListeners, setMaxListeners } from 'node:events';
import { isZooError, ZooError, type AnalyzeOptions } from '../contract/index.js';

/** setTimeout fires at once for a longer delay. A deadline beyond it is treated as none. */
const LONGEST_MS = 2 ** 31 - 1;

/** A call listens once for each of its heads, and no longer than it lasts: Node need not warn of a leak. */
const MOST_LISTENERS = 256;

export interface Deadline {
  /** Aborts when the caller aborts, with the caller's reason, or when the deadline passes, with DEADLINE_EXCEEDED. */
  readonly signal: AbortSignal;
  /** Throws the reason of the caller's signal if it has aborted, and does nothing if only the deadline has passed. */
  readonly throwIfLeft: () => void;
  /** Stops the timer. Must be called in any case. */
  readonly clear: () => void;
}

/** Controllers that may end a call at its deadline as well, by their signal. */
const lent = new WeakMap<AbortSignal, AbortController>();

/**
 * Lets the deadline of a call use the caller's own controller, so that the call has one in this process. Returns its
 * signal.
 */
export function lendController(controller: AbortController): AbortSignal {
  lent.set(controller.signal, controller);
  return controller.signal;
}

/**
 * One signal for both ways in which an answer stops being wanted. It is the only controller of a call in this process,
 * and there is none at all where the caller's signal is all that can end the call.
 */
export function startDeadline({
  signal,
  deadlineMs = Infinity,
}: Pick<AnalyzeOptions, 'signal' | 'deadlineMs'> = {}): Deadline {
  if (Number.isNaN(deadlineMs) || typeof deadlineMs !== 'number') {
    throw new ZooError('INVALID_PARAM', `deadlineMs must be a number of milliseconds; got ${String(deadlineMs)}.`);
  }
  const leave = signal ? joinCallers(signal) : () => undefined;
  if (signal && deadlineMs > LONGEST_MS) {
    return { signal, throwIfLeft: () => signal.throwIfAborted(), clear: leave };
  }
  const callers = signal && lent.get(signal);
  if (callers) return useLent(callers, deadlineMs, leave);
  const controller = new AbortController();
  allowListeners(controller.signal, MOST_LISTENERS);
  const onAbort = (): void => controller.abort(signal?.reason);
  const stopTimer = abortAfter(controller, deadlineMs);
  if (signal?.aborted) onAbort();
  signal?.addEventListener('abort', onAbort, { once: true });

  return {
    signal: controller.signal,
    throwIfLeft: () => signal?.throwIfAborted(),
    clear() {
      stopTimer();
      leave();
      signal?.removeEventListener('abort', onAbort);
    },
  };
}

/** How many calls under way may be ended by a signal: one of a whole batch may end hundreds. */
const callsOf = new WeakMap<AbortSignal, number>();

/** Allows the listeners of one more call. The returned function is to be called when the call has ended. */
function joinCallers(signal: AbortSignal): () => void {
  const calls = (callsOf.get(signal) ?? 0) + 1;
  callsOf.set(signal, calls);
  allowListeners(signal, MOST_LISTENERS * calls);
  return () => void callsOf.set(signal, callsOf.get(signal)! - 1);
}

function allowListeners(signal: AbortSignal, count: number): void {
  try {
    const most = getMaxListeners(signal);
    if (most === 0 || most >= count) return; // 0: no limit
  } catch {
    return; // Node 20 throws in place of answering 0
  }
  setMaxListeners(count, signal);
}

function useLent(controller: AbortController, deadlineMs: number, leave: () => void): Deadline {
  const { signal } = controller;
  const stopTimer = abortAfter(controller, deadlineMs);
  return {
    signal,
    throwIfLeft() {
      if (!isPastDeadline(signal)) signal.throwIfAborted();
    },
    clear() {
      stopTimer();
      leave();
    },
  };
}

/**
 * Aborts the controller with DEADLINE_EXCEEDED after so many milliseconds, unless the returned function is called
 * before.
 */
function abortAfter(controller: AbortController, deadlineMs: number): () => void {
  if (deadlineMs > LONGEST_MS) return () => undefined;
  const timer = setTimeout(() => controller.abort(exceeded(deadlineMs)), deadlineMs);
  return () => clearTimeout(timer);
}

/** Whether the signal aborted because a deadline has passed, and not because the caller has left. */
export function isPastDeadline({ aborted, reason }: AbortSignal): boolean {
  return aborted && isZooError(reason) && reason.code === 'DEADLINE_EXCEEDED';
}

/**
 * The error of a process that was told what was left of the deadline, as its caller is told of it: with all that they
 * allowed.
 */
export function ofWholeDeadline(error: ZooError, deadlineMs: number): ZooError {
  const isOfDeadline = error.code === 'DEADLINE_EXCEEDED' && 'deadlineMs' in error.details;
  return isOfDeadline ? exceeded(deadlineMs) : error;
}

function exceeded(deadlineMs: number): ZooError {
  return new ZooError(
    'DEADLINE_EXCEEDED',
    `There was no answer within ${deadlineMs} ms. Ask again, or allow more time.`,
    { details: { deadlineMs } },
  );
}
