import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { keepChild, type ChildEvents } from './keep-child.js';
import type { ChildExit, ZooChild } from './spawn-child.js';

const EXIT: ChildExit = { code: 1, signal: null };

function createFakeChild() {
  let end: (exit: ChildExit) => void = () => undefined;
  const exited = new Promise<ChildExit>((resolve) => (end = resolve));
  const send = vi.fn(() => Promise.resolve());
  const state = { pid: 1, threads: 1, rssBytes: 1, models: [] };
  const kill = vi.fn(() => end(EXIT));
  return { heads: [], state, listen: vi.fn(), exited, end, send, kill } satisfies ZooChild & { end: unknown };
}

const children: ReturnType<typeof createFakeChild>[] = [];
const spawn = vi.fn(() => {
  const child = createFakeChild();
  children.push(child);
  return Promise.resolve(child);
});
const events = { onReady: vi.fn(), onExit: vi.fn(), onUnable: vi.fn<ChildEvents['onUnable']>() };

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.clearAllMocks();
  children.length = 0;
});

async function endLast() {
  children.at(-1)!.end(EXIT);
  await vi.advanceTimersByTimeAsync(0);
}

describe('keepChild', () => {
  it('replaces a process at once, and one that ends again and again after a growing delay', async () => {
    await keepChild(spawn, events);
    await endLast();
    expect(spawn).toHaveBeenCalledTimes(2);
    expect(events.onReady).toHaveBeenCalledTimes(2);
    await endLast();
    expect(spawn).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(100);
    expect(spawn).toHaveBeenCalledTimes(3);
    await endLast();
    await vi.advanceTimersByTimeAsync(100);
    expect(spawn).toHaveBeenCalledTimes(3);
    await vi.advanceTimersByTimeAsync(100);
    expect(spawn).toHaveBeenCalledTimes(4);
    expect(events.onExit).toHaveBeenCalledTimes(3);
  });

  it('begins anew after a process that proved itself', async () => {
    const keeper = await keepChild(spawn, events);
    for (let ending = 0; ending < 4; ending += 1) {
      keeper.prove();
      await endLast();
    }
    expect(spawn).toHaveBeenCalledTimes(5);
  });

  it('does not hold against a process that it was cancelled', async () => {
    await keepChild(spawn, events);
    for (let ending = 0; ending < 4; ending += 1) {
      children.at(-1)!.end({ ...EXIT, cause: 'cancelled' });
      await vi.advanceTimersByTimeAsync(0);
    }
    expect(spawn).toHaveBeenCalledTimes(5);
  });

  it('goes on trying when a replacement cannot start, and says so each time', async () => {
    await keepChild(spawn, events);
    spawn.mockRejectedValueOnce(new Error('a')).mockRejectedValueOnce(new Error('b'));
    await endLast();
    await vi.advanceTimersByTimeAsync(100 + 200);
    expect(events.onUnable.mock.calls.map(([error, attempts]) => [String(error), attempts])).toEqual([
      ['Error: a', 1],
      ['Error: b', 2],
    ]);
    expect(events.onReady).toHaveBeenCalledTimes(2);
  });

  it('rejects when the first cannot start', async () => {
    spawn.mockRejectedValueOnce(new Error('no such config'));
    await expect(keepChild(spawn, events)).rejects.toThrow('no such config');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(spawn).toHaveBeenCalledTimes(1);
  });

  it('closes the process kindly, then by force, and replaces it no more', async () => {
    const keeper = await keepChild(spawn, events);
    const closing = keeper.close();
    expect(children[0]!.send).toHaveBeenCalledWith({ type: 'close' });
    expect(children[0]!.kill).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(5_000);
    await closing;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(children[0]!.kill).toHaveBeenCalled();
    expect(spawn).toHaveBeenCalledTimes(1);
    expect(events.onExit).not.toHaveBeenCalled();
  });
});
