import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { superviseWorker, type SupervisorEvents } from './supervise-worker.js';
import { DECODE_LIMITS } from '../../image/decoding/decode-image.js';
import type { WorkerExit } from '../channel/fork-worker.js';
import type { ReadyWorker } from '../channel/spawn-worker.js';

const EXIT: WorkerExit = { code: 1, signal: null };

function createFakeWorker() {
  let end: (exit: WorkerExit) => void = () => undefined;
  const exited = new Promise<WorkerExit>((resolve) => (end = resolve));
  const send = vi.fn(() => Promise.resolve());
  const state = { pid: 1, threads: 1, rssBytes: 1, models: [], memory: [] };
  const kill = vi.fn(() => end(EXIT));
  const heartbeat = { isInTime: true, blockedMs: 0 };
  const limits = DECODE_LIMITS;
  return { heads: [], limits, state, heartbeat, listen: vi.fn(), exited, end, send, kill } satisfies ReadyWorker & {
    end: unknown;
  };
}

const workers: ReturnType<typeof createFakeWorker>[] = [];
const spawnFake = () => {
  const worker = createFakeWorker();
  workers.push(worker);
  return Promise.resolve(worker);
};
const spawn = vi.fn(spawnFake);
const events = {
  onReady: vi.fn(),
  onExit: vi.fn(),
  onUnable: vi.fn<SupervisorEvents['onUnable']>(),
  onRetired: vi.fn(),
};

const supervise = (signal = new AbortController().signal) => superviseWorker(spawn, events, signal);

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.clearAllMocks();
  spawn.mockImplementation(spawnFake);
  workers.length = 0;
});

async function endLast() {
  workers.at(-1)!.end(EXIT);
  await vi.advanceTimersByTimeAsync(0);
}

describe('superviseWorker', () => {
  it('replaces a process at once, and one that ends again and again after a growing delay', async () => {
    await supervise();
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
    const keeper = await supervise();
    for (let ending = 0; ending < 4; ending += 1) {
      keeper.markHealthy();
      await endLast();
    }
    expect(spawn).toHaveBeenCalledTimes(5);
  });

  it('does not hold against a process that it was cancelled', async () => {
    await supervise();
    for (let ending = 0; ending < 4; ending += 1) {
      workers.at(-1)!.end({ ...EXIT, cause: 'cancelled' });
      await vi.advanceTimersByTimeAsync(0);
    }
    expect(spawn).toHaveBeenCalledTimes(5);
  });

  it('recycles a process: the next is ready before, takes its place when it is drained, and its end is no crash', async () => {
    const keeper = await supervise();
    let drained: () => void = () => undefined;
    const recycling = keeper.recycle(() => new Promise<void>((resolve) => (drained = resolve)));
    await keeper.recycle(() => Promise.reject(new Error('one at a time')));
    await vi.advanceTimersByTimeAsync(0);
    expect(spawn).toHaveBeenCalledTimes(2);
    expect(events.onRetired).not.toHaveBeenCalled();
    expect(workers[0]!.send).not.toHaveBeenCalled();
    drained();
    await recycling;
    expect(events.onRetired).toHaveBeenCalledOnce();
    expect(events.onReady).toHaveBeenLastCalledWith(workers[1]);
    expect(workers[0]!.send).toHaveBeenCalledExactlyOnceWith({ type: 'close' });
    workers[0]!.end({ code: 0, signal: null });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(events.onExit.mock.calls).toEqual([[{ code: 0, signal: null, cause: 'recycled' }]]);
    expect(workers[0]!.kill).not.toHaveBeenCalled();
    await endLast(); // and the one in its place is replaced at once, as if nothing had been
    expect(spawn).toHaveBeenCalledTimes(3);
  });

  it('keeps the process where no other can be had, and ends the other where the process ends meanwhile', async () => {
    const keeper = await supervise();
    spawn.mockRejectedValueOnce(new Error('no memory'));
    await keeper.recycle(() => Promise.reject(new Error('must not drain')));
    expect(events.onRetired).not.toHaveBeenCalled();

    const recycling = keeper.recycle(() => new Promise(() => undefined));
    await vi.advanceTimersByTimeAsync(0);
    workers[0]!.end(EXIT);
    await recycling;
    await vi.advanceTimersByTimeAsync(0);
    expect(workers[1]!.kill).toHaveBeenCalledExactlyOnceWith('closed');
    expect(events.onReady).toHaveBeenLastCalledWith(workers[2]);
    expect(events.onExit.mock.calls).toEqual([[EXIT]]);
  });

  it('closes in the middle of recycling, and leaves no process behind', async () => {
    const keeper = await supervise();
    void keeper.recycle(() => new Promise(() => undefined));
    await vi.advanceTimersByTimeAsync(0);
    const closing = keeper.close();
    workers[0]!.end({ code: 0, signal: null });
    await closing;
    expect(workers[1]!.kill).toHaveBeenCalledExactlyOnceWith('closed');
    expect(spawn).toHaveBeenCalledTimes(2);
  });

  it('recycles with a third process where the next one has ended before the calls of the first', async () => {
    const keeper = await supervise();
    let drained = (): void => undefined;
    const recycling = keeper.recycle(() => new Promise<void>((resolve) => (drained = resolve)));
    await vi.advanceTimersByTimeAsync(0);
    const outOfMemory = { code: null, signal: 'SIGKILL' };
    workers[1]!.end(outOfMemory);
    drained();
    await recycling;
    await vi.advanceTimersByTimeAsync(0);
    expect(events.onRetired).toHaveBeenCalledOnce();
    expect(events.onExit.mock.calls).toEqual([[outOfMemory]]);
    expect(events.onReady.mock.calls).toEqual([[workers[0]], [workers[2]]]);
    expect(workers[0]!.send).toHaveBeenCalledWith({ type: 'close' });
  });

  it('goes on trying when a replacement cannot start, and says so each time', async () => {
    await supervise();
    spawn.mockRejectedValueOnce(new Error('a')).mockRejectedValueOnce(new Error('b'));
    await endLast();
    await vi.advanceTimersByTimeAsync(100 + 200);
    expect(events.onUnable.mock.calls.map(([error, attempts]) => [String(error), attempts])).toEqual([
      ['Error: a', 1],
      ['Error: b', 2],
    ]);
    expect(events.onReady).toHaveBeenCalledTimes(2);
  });

  it('puts no attempt off when none is replaced any more, and makes one that tells who waits', async () => {
    const controller = new AbortController();
    await supervise(controller.signal);
    for (let ending = 0; ending < 8; ending += 1) {
      await endLast();
      await vi.advanceTimersByTimeAsync(10_000);
    }
    await endLast();
    expect(events.onUnable).not.toHaveBeenCalled();
    spawn.mockImplementation(() => Promise.reject(new Error('closed')));
    controller.abort();
    await vi.advanceTimersByTimeAsync(0);
    expect(events.onUnable).toHaveBeenCalledOnce();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(events.onUnable).toHaveBeenCalledOnce();
  });

  it('rejects when the first cannot start', async () => {
    spawn.mockRejectedValueOnce(new Error('no such config'));
    await expect(supervise()).rejects.toThrow('no such config');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(spawn).toHaveBeenCalledTimes(1);
  });

  it('closes the process kindly, then by force, and replaces it no more', async () => {
    const keeper = await supervise();
    const closing = keeper.close();
    expect(workers[0]!.send).toHaveBeenCalledWith({ type: 'close' });
    expect(workers[0]!.kill).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(5_000);
    await closing;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(workers[0]!.kill).toHaveBeenCalled();
    expect(spawn).toHaveBeenCalledTimes(1);
    expect(events.onExit).not.toHaveBeenCalled();
  });
});
