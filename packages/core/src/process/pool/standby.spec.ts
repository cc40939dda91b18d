import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createStandby, type StandbyOptions } from './standby.js';
import { DECODE_LIMITS } from '../../image/decoding/decode-image.js';
import type { WorkerExit } from '../channel/fork-worker.js';
import type { ReadyWorker } from '../channel/spawn-worker.js';

const EXIT: WorkerExit = { code: 1, signal: null };

function createFakeWorker() {
  let end: (exit: WorkerExit) => void = () => undefined;
  const exited = new Promise<WorkerExit>((resolve) => (end = resolve));
  const state = { pid: 7, threads: 1, rssBytes: 1, models: [], memory: [] };
  const kill = vi.fn(() => end(EXIT));
  const send = () => Promise.resolve();
  const heartbeat = { isInTime: true, blockedMs: 0 };
  const limits = DECODE_LIMITS;
  return { heads: [], limits, state, heartbeat, listen: vi.fn(), exited, end, send, kill } satisfies ReadyWorker & {
    end: unknown;
  };
}

const workers: ReturnType<typeof createFakeWorker>[] = [];
const spawn = vi.fn<StandbyOptions['spawn']>(() => {
  const worker = createFakeWorker();
  workers.push(worker);
  return Promise.resolve(worker);
});
const mayStart = vi.fn(() => true);
const wait = (ms: number) => vi.advanceTimersByTimeAsync(ms);

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.clearAllMocks();
  workers.length = 0;
});

describe('createStandby', () => {
  it('has a process ready, and another one after it was taken', async () => {
    const standby = createStandby({ spawn, mayStart, delayMs: 50 });
    await wait(49);
    expect(spawn).not.toHaveBeenCalled();
    expect(standby.take()).toBeUndefined();
    await wait(1);
    expect(standby).toMatchObject({ isReady: true });
    expect(standby.describe()).toMatchObject([{ pid: 7, state: 'standby', crashes: 0 }]);
    expect(standby.take()).toBe(workers[0]);
    expect(standby.isReady).toBe(false);
    await wait(0);
    expect(standby.take()).toBe(workers[1]);
    await standby.close();
    expect(workers[0]!.kill).not.toHaveBeenCalled(); // it is another's now
  });

  it('waits for memory', async () => {
    mayStart.mockReturnValueOnce(false);
    const standby = createStandby({ spawn, mayStart, delayMs: 0 });
    await wait(9_999);
    expect(spawn).not.toHaveBeenCalled();
    await wait(1);
    expect(standby.isReady).toBe(true);
    await standby.close();
  });

  it('gives away none whose heartbeat is late, and ends one whose main thread stands still', async () => {
    const standby = createStandby({ spawn, mayStart, delayMs: 0 });
    await wait(0);
    const [worker] = workers;
    worker!.heartbeat.isInTime = false;
    expect(standby.isReady).toBe(false);
    expect(standby.take()).toBeUndefined();
    expect(standby.describe()).toEqual([]);
    worker!.heartbeat.isInTime = true;
    expect(standby.isReady).toBe(true);
    worker!.heartbeat.blockedMs = 10_000;
    const [listener] = worker!.listen.mock.calls[0] as [(told: unknown) => void];
    listener({ type: 'pulse' });
    expect(worker!.kill).toHaveBeenCalledExactlyOnceWith('frozen');
    await wait(0);
    expect(standby.isReady).toBe(false);
    await standby.close();
  });

  it('replaces one that ended, and tries again where none starts, with growing delays', async () => {
    const standby = createStandby({ spawn, mayStart, delayMs: 0 });
    await wait(0);
    spawn.mockRejectedValueOnce(new Error('no memory'));
    workers[0]!.end(EXIT);
    await wait(0);
    expect(standby.isReady).toBe(false);
    await wait(1000);
    expect(spawn).toHaveBeenCalledTimes(2);
    await wait(1999);
    expect(spawn).toHaveBeenCalledTimes(2);
    await wait(1);
    expect(standby.isReady).toBe(true);
    await standby.close();
  });

  it('closes: ends its process, and one that is being started', async () => {
    const standby = createStandby({ spawn, mayStart, delayMs: 0 });
    await wait(0);
    await standby.close();
    expect(workers[0]!.kill).toHaveBeenCalledExactlyOnceWith('closed');
    await wait(60_000);
    expect(spawn).toHaveBeenCalledTimes(1);

    spawn.mockImplementationOnce(
      (signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('ended')))),
    );
    const starting = createStandby({ spawn, mayStart, delayMs: 0 });
    await wait(0);
    await starting.close();
    await wait(60_000);
    expect(spawn).toHaveBeenCalledTimes(2);
  });
});
