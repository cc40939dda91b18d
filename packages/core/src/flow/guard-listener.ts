import {
  isZooError,
  type AnalyzeOptions,
  type EventOutcome,
  type Lasting,
  type ZooObserver,
} from '../contract/index.js';

/** The same observer, whose faults are told once and stay its own; undefined for none, so that nobody makes events in vain. */
export function guardObserver(observer: ZooObserver | undefined): ZooObserver | undefined {
  return guardListener(observer, ({ type }) => `The zoo's observer failed on "${type}"`);
}

/** Does the same for any function of the caller's that is told of things; thrown where it is called, its fault would end the program. */
export function guardListener<T extends readonly unknown[]>(
  listener: ((...told: T) => unknown) | undefined,
  describe: (...told: T) => string,
): ((...told: T) => void) | undefined {
  if (!listener) return undefined;
  let isTold = false;
  function warn(error: unknown, told: T): void {
    if (isTold) return;
    isTold = true;
    const why = error instanceof Error ? error.message : String(error);
    process.emitWarning(`${describe(...told)}: ${why}`, 'MedzooWarning');
  }
  const listen: (...told: T) => unknown = listener;
  return (...told) => {
    try {
      const result = listen(...told);
      // An async function fits the type as well, and would end the program when it rejects.
      if (isPromiseLike(result)) result.then(undefined, (error: unknown) => warn(error, told));
    } catch (error) {
      warn(error, told);
    }
  };
}

/** What an observer is told of a call's options, before they are checked: never throws, whatever they are. */
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

/** A clock reading of `performance.now()` to when that was, and how long ago. */
export function lastingSince(startedAt: number): Lasting {
  return { startedAt: performance.timeOrigin + startedAt, ms: performance.now() - startedAt };
}

/** What an observer is told of an error; `signal` is the caller's, whose own reason it may be. */
export function outcomeOf(error: unknown, signal?: AbortSignal): EventOutcome {
  if (isZooError(error)) return error.code;
  return signal?.aborted === true ? 'ABORTED' : 'OTHER';
}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
