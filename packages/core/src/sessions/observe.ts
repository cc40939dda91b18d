import { isZooError, type EventOutcome, type Lasting, type ZooObserver } from '../contract/index.js';

/** The same observer, whose faults are told once and stay its own; undefined for none, so that nobody makes events in vain. */
export function guardObserver(observer: ZooObserver | undefined): ZooObserver | undefined {
  return guardListener(observer, ({ type }) => `The zoo's observer failed on "${type}"`);
}

/** Does the same for any function of the caller's that is told of things; thrown where it is called, its fault would end the program. */
export function guardListener<T extends readonly unknown[]>(
  listener: ((...told: T) => void) | undefined,
  describe: (...told: T) => string,
): ((...told: T) => void) | undefined {
  if (!listener) return undefined;
  let isTold = false;
  return (...told) => {
    try {
      listener(...told);
    } catch (error) {
      if (isTold) return;
      isTold = true;
      const why = error instanceof Error ? error.message : String(error);
      process.emitWarning(`${describe(...told)}: ${why}`, 'MedzooWarning');
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
