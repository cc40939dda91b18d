import {
  isZooError,
  type AnalyzeOptions,
  type EventOutcome,
  type Lasting,
  type ZooObserver,
} from '../contract/index.js';
import { describeThrown } from '../contract/text/describe-thrown.js';

/**
 * Wraps an observer so that its errors harm nothing: the first one becomes a warning. Returns undefined without an
 * observer, so that no events are made for nothing.
 */
export function guardObserver(observer: ZooObserver | undefined): ZooObserver | undefined {
  return guardListener(observer, ({ type }) => `The zoo's observer failed on "${type}"`);
}

/**
 * Does the same for any listener that a caller passes in. Without it, an error that the listener throws would end the
 * program.
 */
export function guardListener<T extends readonly unknown[]>(
  listener: ((...args: T) => unknown) | undefined,
  describe: (...args: T) => string,
): ((...args: T) => void) | undefined {
  if (!listener) return undefined;
  let hasWarned = false;
  function warn(error: unknown, args: T): void {
    if (hasWarned) return;
    hasWarned = true;
    const why = describeThrown(error);
    process.emitWarning(`${describe(...args)}: ${why}`, 'MedzooWarning');
  }
  const listen: (...args: T) => unknown = listener;
  return (...args) => {
    try {
      const result = listen(...args);
      // The type also allows an async function, whose rejection would end the program.
      if (isPromiseLike(result)) result.then(undefined, (error: unknown) => warn(error, args));
    } catch (error) {
      warn(error, args);
    }
  };
}

/** Reads what an observer is told of a call's options. They are not checked yet, so this never throws. */
export function peekOptions(options: unknown): Pick<AnalyzeOptions, 'trace' | 'signal' | 'priority'> {
  try {
    const { trace, signal, priority } = (options ?? {}) as Readonly<Record<string, unknown>>;
    return {
      ...(typeof trace === 'string' && { trace }),
      ...(signal instanceof AbortSignal && { signal }),
      ...(priority === 'batch' && { priority }),
    };
  } catch {
    return {};
  }
}

/** Turns a reading of `performance.now()` into when that was and how long ago. */
export function lastingSince(startedAt: number): Lasting {
  return { startedAt: performance.timeOrigin + startedAt, ms: performance.now() - startedAt };
}

/** What an observer is told of an error. `signal` is the caller's: the error may be its reason. */
export function outcomeOf(error: unknown, signal?: AbortSignal): EventOutcome {
  if (isZooError(error)) return error.code;
  return signal?.aborted === true ? 'ABORTED' : 'OTHER';
}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
