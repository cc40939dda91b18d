import { ZooError, type AnalyzeOptions } from '../contract/index.js';

/** For more, setTimeout fires at once: such a deadline is none. */
const LONGEST_MS = 2 ** 31 - 1;

export interface Deadline {
  /** Aborts when the caller does, with the caller's reason, or past the deadline, with DEADLINE_EXCEEDED. */
  readonly signal: AbortSignal;
  /** Ends the clock; to be called whatever happens. */
  clear(): void;
}

/** One signal for both ways in which an answer stops being wanted; `graceMs` puts off the deadline but not what is said of it. */
export function startDeadline(
  { signal, deadlineMs = Infinity }: Pick<AnalyzeOptions, 'signal' | 'deadlineMs'>,
  graceMs = 0,
): Deadline {
  if (Number.isNaN(deadlineMs) || typeof deadlineMs !== 'number') {
    throw new ZooError('INVALID_PARAM', `deadlineMs must be a number of milliseconds; got ${String(deadlineMs)}.`);
  }
  const controller = new AbortController();
  const onAbort = (): void => controller.abort(signal?.reason);
  const expire = (): void => controller.abort(exceeded(deadlineMs));
  const timer = deadlineMs + graceMs > LONGEST_MS ? undefined : setTimeout(expire, deadlineMs + graceMs);
  if (signal?.aborted) onAbort();
  signal?.addEventListener('abort', onAbort, { once: true });

  return {
    signal: controller.signal,
    clear() {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    },
  };
}

function exceeded(deadlineMs: number): ZooError {
  return new ZooError(
    'DEADLINE_EXCEEDED',
    `There was no answer within ${deadlineMs} ms. Ask again, or allow more time.`,
    {
      details: { deadlineMs },
    },
  );
}
