import { setTimeout } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import { collectGarbageAfter } from './collect-garbage.js';

/** A piece of memory that nobody holds, and what tells whether it is there. */
function leave(): WeakRef<object> {
  return new WeakRef({ bytes: new Uint8Array(1000) });
}

async function isGoneWithin(ms: number, left: WeakRef<object>): Promise<boolean> {
  for (const end = performance.now() + ms; performance.now() < end;) {
    if (left.deref() === undefined) return true;
    await setTimeout(20);
  }
  return false;
}

it('lets go what nobody holds, in a process that does nothing', async () => {
  const left = leave();
  const cancel = collectGarbageAfter(50);
  expect(await isGoneWithin(5000, left)).toBe(true);
  cancel();
});

it('has nothing left to do once it is cancelled', () => {
  vi.useFakeTimers();
  const cancel = collectGarbageAfter(50);
  expect(vi.getTimerCount()).toBeGreaterThan(0);
  cancel();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

it('does nothing in a runtime without the garbage collector of V8, such as Bun', async () => {
  vi.useFakeTimers();
  vi.doMock('node:vm', () => ({ runInNewContext: () => undefined }));
  vi.resetModules();
  const { collectGarbageAfter: collectLater } = await import('./collect-garbage.js');
  collectLater(50);
  expect(() => vi.runAllTimers()).not.toThrow();
  vi.doUnmock('node:vm');
  vi.useRealTimers();
});
