import { untilAborted } from '../../flow/abort.js';

const FIRST_DELAY_MS = 1000;
const LONGEST_DELAY_MS = 60_000;

/**
 * Starts what nobody waits for: where it cannot be started, it is tried again after a delay that grows. Rejects when
 * the signal aborts.
 */
export async function startPatiently<T>(start: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let delayMs = FIRST_DELAY_MS; ; delayMs = Math.min(2 * delayMs, LONGEST_DELAY_MS)) {
    try {
      return await start();
    } catch {
      const delay = new Promise((resolve) => setTimeout(resolve, delayMs).unref());
      await untilAborted(delay, signal);
    }
  }
}
