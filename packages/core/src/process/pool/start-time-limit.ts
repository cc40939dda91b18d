import { fileURLToPath } from 'node:url';
import { ZooError } from '../../contract/index.js';

/** How long a process may take until it is ready, and whether it is still wanted. */
export interface TimeLimit {
  /** Aborts when one of the caller's signals does, with its reason, or past the limit, with BACKEND_UNAVAILABLE. */
  readonly signal: AbortSignal;
  /** The process has shown that its start goes on: the time counts from now. */
  extend(): void;
  clear(): void;
}

export interface TimeLimitOptions {
  readonly startWithinMs: number;
  readonly config: URL;
  readonly signal?: AbortSignal;
  readonly startSignal?: AbortSignal;
}

export function startTimeLimit({ startWithinMs, config, ...given }: TimeLimitOptions): TimeLimit {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(tooLate(startWithinMs, config)), startWithinMs);
  const signals = [given.signal, given.startSignal].filter((signal) => signal !== undefined);
  const onAbort = (): void => controller.abort(signals.find(({ aborted }) => aborted)?.reason);
  if (signals.some(({ aborted }) => aborted)) onAbort();
  for (const signal of signals) signal.addEventListener('abort', onAbort, { once: true });
  return {
    signal: controller.signal,
    extend: () => void timer.refresh(),
    clear() {
      clearTimeout(timer);
      for (const signal of signals) signal.removeEventListener('abort', onAbort);
    },
  };
}

/** Whether a start was given up because it took too long: another attempt would most likely hang as well. */
export function isTooLate(error: unknown): boolean {
  return error instanceof ZooError && error.details.startWithinMs !== undefined;
}

function tooLate(startWithinMs: number, config: URL): ZooError {
  const where = config.protocol === 'file:' ? fileURLToPath(config) : config.href;
  return new ZooError(
    'BACKEND_UNAVAILABLE',
    `The zoo's process was not ready within ${startWithinMs / 1000} s and was ended. Look for code in ${where}, ` +
      'or in a module that it imports, that waits for what never comes or computes without end; or give a slow ' +
      'start, such as of TensorRT, more time with the option startWithinMs of connectZoo (the gateway has ' +
      'MEDZOO_START_SECONDS).',
    { details: { startWithinMs } },
  );
}
