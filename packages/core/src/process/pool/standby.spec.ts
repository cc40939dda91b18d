import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createReserve, type ReserveOptions } from './standby.js';
import { DECODE_LIMITS } from '../../image/decoding/decode-image.js';
import type { ChildExit } from '../channel/fork-worker.js';
import type { ZooChild } from '../channel/spawn-worker.js';

const EXIT: ChildExit = { code: 1, signal: null };

function createFakeChild() {
  let end: (exit: ChildExit) => void = () => undefined;
  const exited = new Promise<ChildExit>((resolve) => (end = resolve));
  const state = { pid: 7, threads: 1, rssBytes: 1, models: [], memory: [] };
  const kill = vi.fn(() => end(EXIT));
  const send = () => Promise.resolve();
  const heartbeat = { isInTime: true, blockedMs: 0 };
  const limits = DECODE_LIMITS;
  return { heads: [], limits, state, heartbeat, listen: vi.fn(), exited, end, send, kill } satisfies ZooChild & {
    end: unknown;
  };
}

const children: ReturnType<typeof createFakeChild>[] = [];
const spawn = vi.fn<ReserveOptions['spawn']>(() => {
  const child = createFakeChild();
  children.push(child);
  return Promise.resolve(child);
});
const mayStart = vi.fn(() => true);
const wait = (ms: number) => vi.advanceTimersByTimeAsync(ms);

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.clearAllMocks();
  children.length = 0;
});

describe('createReserve', () => {
  it('has a process ready, and another one after it was taken', async () => {
    const reserve = createReserve({ spawn, mayStart, delayMs: 50 });
    await wait(49);
    expect(spawn).not.toHaveBeenCalled();
    expect(reserve.take()).toBeUndefined();
    await wait(1);
    expect(reserve).toMatchObject({ isReady: true });
    expect(reserve.describe()).toMatchObject([{ pid: 7, state: 'reserve', crashes: 0 }]);
    expect(reserve.take()).toBe(children[0]);
    expect(reserve.isReady).toBe(false);
    await wait(0);
    expect(reserve.take()).toBe(children[1]);
    await reserve.close();
    expect(children[0]!.kill).not.toHaveBeenCalled(); // it is another's now
  });

  it('waits for room', async () => {
    mayStart.mockReturnValueOnce(false);
    const reserve = createReserve({ spawn, mayStart, delayMs: 0 });
    await wait(9_999);
    expect(spawn).not.toHaveBeenCalled();
    await wait(1);
    expect(reserve.isReady).toBe(true);
    await reserve.close();
  });

  it('gives away none whose heartbeat is late, and ends one whose main thread stands still', async () => {
    const reserve = createReserve({ spawn, mayStart, delayMs: 0 });
    await wait(0);
    const [child] = children;
    child!.heartbeat.isInTime = false;
    expect(reserve.isReady).toBe(false);
    expect(reserve.take()).toBeUndefined();
    expect(reserve.describe()).toEqual([]);
    child!.heartbeat.isInTime = true;
    expect(reserve.isReady).toBe(true);
    child!.heartbeat.blockedMs = 10_000;
    const [listener] = child!.listen.mock.calls[0] as [(told: unknown) => void];
    listener({ type: 'pulse' });
    expect(child!.kill).toHaveBeenCalledExactlyOnceWith('frozen');
    await wait(0);
    expect(reserve.isReady).toBe(false);
    await reserve.close();
  });

  it('replaces one that ended, and tries again where none starts, with growing delays', async () => {
    const reserve = createReserve({ spawn, mayStart, delayMs: 0 });
    await wait(0);
    spawn.mockRejectedValueOnce(new Error('no memory'));
    children[0]!.end(EXIT);
    await wait(0);
    expect(reserve.isReady).toBe(false);
    await wait(1000);
    expect(spawn).toHaveBeenCalledTimes(2);
    await wait(1999);
    expect(spawn).toHaveBeenCalledTimes(2);
    await wait(1);
    expect(reserve.isReady).toBe(true);
    await reserve.close();
  });

  it('closes: ends its process, and one that is being started', async () => {
    const reserve = createReserve({ spawn, mayStart, delayMs: 0 });
    await wait(0);
    await reserve.close();
    expect(children[0]!.kill).toHaveBeenCalledExactlyOnceWith('closed');
    await wait(60_000);
    expect(spawn).toHaveBeenCalledTimes(1);

    spawn.mockImplementationOnce(
      (signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('ended')))),
    );
    const starting = createReserve({ spawn, mayStart, delayMs: 0 });
    await wait(0);
    await starting.close();
    await wait(60_000);
    expect(spawn).toHaveBeenCalledTimes(2);
  });
});
