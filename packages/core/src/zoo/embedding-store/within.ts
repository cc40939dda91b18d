import { setImmediate, setTimeout } from 'node:timers/promises';

/** How often the event loop turns after the time is up, before it is. */
const LAST_TURNS = 3;

/** What `promise` resolves to, or rejects with, within so many milliseconds; else `late`. */
export async function within<T, L>(promise: Promise<T>, ms: number, late: L): Promise<T | L> {
  const controller = new AbortController();
  const { signal } = controller;
  async function wait(): Promise<L> {
    await setTimeout(ms, undefined, { signal }); // keeps the program: somebody awaits this
    // A model that ran held the loop: what has arrived meanwhile is read before it is called late.
    for (let turn = 0; turn < LAST_TURNS; turn += 1) await setImmediate();
    return late;
  }
  const waiting = wait();
  waiting.catch(() => undefined); // aborted, below
  promise.catch(() => undefined); // it may fail after it was late
  return Promise.race([promise, waiting]).finally(() => controller.abort());
}
