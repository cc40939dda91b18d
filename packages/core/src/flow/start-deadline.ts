import { isZooError, ZooError, type AnalyzeOptions } from '../contract/index.js';

/** setTimeout fires at once for a longer delay. A deadline beyond it is treated as none. */
const LONGEST_MS = 2 ** 31 - 1;

export interface Deadline {
  /** Aborts when the caller aborts, with the caller's reason, or when the deadline passes, with DEADLINE_EXCEEDED. */
  readonly signal: AbortSignal;
  /** Stops the timer. Must be called in any case. */
  clear(): void;
}

/**
 * One signal for both ways in which an answer stops being wanted. It is the only controller of a call in this process, and there is
 * none at all where the caller's signal is all that can end the call.
 */
export function startDeadline({
  signal,
  deadlineMs = Infinity,
}: Pick<AnalyzeOptions, 'signal' | 'deadlineMs'> = {}): Deadline {
  if (Number.isNaN(deadlineMs) || typeof deadlineMs !== 'number') {
    throw new ZooError('INVALID_PARAM', `deadlineMs must be a number of milliseconds; got ${String(deadlineMs)}.`);
  }
  if (signal && deadlineMs > LONGEST_MS) return { signal, clear: () => undefined };
  const controller = new AbortController();
  const onAbort = (): void => controller.abort(signal?.reason);
  const stopTimer = abortAfter(controller, deadlineMs);
  if (signal?.aborted) onAbort();
  signal?.addEventListener('abort', onAbort, { once: true });

  return {
    signal: controller.signal,
    clear() {
      stopTimer();
      signal?.removeEventListener('abort', onAbort);
    },
  };
}

/** Aborts the controller with DEADLINE_EXCEEDED after so many milliseconds, unless the returned function is called before. */
export function abortAfter(controller: AbortController, deadlineMs: number): () => void {
  if (deadlineMs > LONGEST_MS) return () => undefined;
  const timer = setTimeout(() => controller.abort(exceeded(deadlineMs)), deadlineMs);
  return () => clearTimeout(timer);
}

/** Whether the signal aborted because a deadline has passed, and not because the caller has left. */
export function isPastDeadline({ aborted, reason }: AbortSignal): boolean {
  return aborted && isZooError(reason) && reason.code === 'DEADLINE_EXCEEDED';
}

function exceeded(deadlineMs: number): ZooError {
  return new ZooError(
    'DEADLINE_EXCEEDED',
    `There was no answer within ${deadlineMs} ms. Ask again, or allow more time.`,
    { details: { deadlineMs } },
  );
}
