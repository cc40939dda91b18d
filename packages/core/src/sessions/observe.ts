import { isZooError, type EventOutcome, type Lasting, type ZooObserver } from '../contract/index.js';

/** The same observer, whose faults are told once and stay its own; undefined for none, so that nobody makes events in vain. */
export function guardObserver(observer: ZooObserver | undefined): ZooObserver | undefined {
  if (!observer) return undefined;
  let isTold = false;
  return (event) => {
    try {
      observer(event);
    } catch (error) {
      if (isTold) return;
      isTold = true;
      const why = error instanceof Error ? error.message : String(error);
      process.emitWarning(`The zoo's observer failed on "${event.type}": ${why}`, 'MedzooWarning');
    }
  };
}

/** A clock reading of `performance.now()` to when that was, and how long ago. */
export function lastingSince(startedAt: number): Lasting {
  return { startedAt: performance.timeOrigin + startedAt, ms: performance.now() - startedAt };
}

/** What an observer is told of an error; `signal` is the caller's, whose own reason it may be. */
export function outcomeOf(error: unknown, signal?: AbortSignal): EventOutcome {
  if (isZooError(error)) return error.code;
  return signal?.aborted === true ? 'ABORTED' : 'OTHER';
}
