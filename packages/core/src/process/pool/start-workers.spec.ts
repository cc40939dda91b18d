import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DECODE_LIMITS } from '../../image/decoding/decode-image.js';
import type { WorkerExit } from '../channel/fork-worker.js';
import type { ReadyWorker } from '../channel/spawn-worker.js';
import { createCall, staying } from '../../../test/fake-worker.js';
import { createCallQueue } from '../queue/call-queue.js';
import { startWorkers, type WorkerPoolOptions } from './start-workers.js';

vi.mock('../../host/count-threads.js', () => ({ countThreads: () => 4 }));

const limits = { maxPending: 8, graceMs: 100, killAfterMs: 10_000, stallAfterMs: 60_000 };

/** A process on the CPU that lives until it is told to end. */
function createFakeWorker() {
  let end: (exit: WorkerExit) => void = () => undefined;
  const exited = new Promise<WorkerExit>((resolve) => (end = resolve));
  const leave = () => end({ code: 0, signal: null });
  const state = { pid: 1, threads: 1, rssBytes: 1, models: [], memory: [] };
  const send = vi.fn(() => {
    leave();
    return Promise.resolve();
  });
  const kill = vi.fn(leave);
  const heartbeat = { isInTime: true, blockedMs: 0 };
  return { heads: [], limits: DECODE_LIMITS, state, heartbeat, listen: vi.fn(), exited, send, kill };
}

interface Start {
  readonly resolve: (worker: ReadyWorker) => void;
  readonly reject: (error: Error) => void;
}

const starts: Start[] = [];
const spawn = vi.fn<WorkerPoolOptions['spawn']>(
  () =>
    new Promise((resolve, reject) => {
      starts.push({ resolve, reject });
    }),
);
const start = (
  signal: AbortSignal,
  processes: WorkerPoolOptions['processes'] = 'auto',
  queue = createCallQueue(limits),
  standby: boolean | 'by default' = false,
) => startWorkers(queue, { spawn, signal, processes, ...(standby !== 'by default' && { standby }) });

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.clearAllMocks();
  vi.restoreAllMocks();
  starts.length = 0;
});

const tick = (ms = 0) => vi.advanceTimersByTimeAsync(ms);

/** A pool whose first worker is there, and whose second is being started. */
async function startFirst(controller = new AbortController()) {
  const starting = start(controller.signal);
  starts.at(-1)!.resolve(createFakeWorker());
  const pool = await starting;
  await tick();
  return { pool, controller };
}

describe("the workers of 'auto'", () => {
  it('answer when the first is there; the others follow', async () => {
    const { pool } = await startFirst();
    expect(pool.describe()).toHaveLength(1);
    starts[1]!.resolve(createFakeWorker());
    await tick();
    expect(pool.describe()).toHaveLength(2);
    await pool.close();
  });

  it('are started again, after a delay that grows, where one that nobody waits for cannot start', async () => {
    const { pool } = await startFirst();
    for (const [place, delayMs] of [
      [1, 1000],
      [2, 2000],
    ] as const) {
      starts[place]!.reject(new Error('no memory'));
      await tick(delayMs - 1);
      expect(spawn).toHaveBeenCalledTimes(place + 1);
      await tick(1);
      expect(spawn).toHaveBeenCalledTimes(place + 2);
    }
    starts[3]!.resolve(createFakeWorker());
    await tick();
    expect(pool.describe()).toHaveLength(2);
    await pool.close();
  });

  it('wait for memory, before a standby that nobody asked for', async () => {
    const memory = vi.spyOn(process, 'availableMemory').mockReturnValue(0);
    const starting = start(new AbortController().signal, 'auto', createCallQueue(limits), 'by default');
    starts[0]!.resolve(createFakeWorker());
    const pool = await starting;
    await tick(60_000);
    expect(spawn).toHaveBeenCalledTimes(1);
    memory.mockReturnValue(2 ** 40);
    await tick(10_000);
    expect(spawn).toHaveBeenCalledTimes(2);
    expect(spawn.mock.lastCall![0]).toMatchObject({ warmUp: true });
    starts[1]!.resolve(createFakeWorker());
    await tick(10_000);
    expect(pool.describe()).toHaveLength(2);
    expect(spawn).toHaveBeenCalledTimes(3);
    expect(spawn.mock.lastCall![0]).toMatchObject({ warmUp: 'open' });
    starts[2]!.resolve(createFakeWorker());
    await pool.close();
  });

  it('are waited for no longer as they close', async () => {
    vi.spyOn(process, 'availableMemory').mockReturnValue(0);
    const { pool, controller } = await startFirst();
    controller.abort(new Error('closed'));
    await pool.close();
    expect(spawn).toHaveBeenCalledTimes(1);
  });

  it('leave a standby that was asked for what memory there is', async () => {
    vi.spyOn(process, 'availableMemory').mockReturnValue(0);
    const controller = new AbortController();
    const starting = start(controller.signal, 'auto', createCallQueue(limits), true);
    starts[0]!.resolve(createFakeWorker());
    const pool = await starting;
    await tick(60_000);
    expect(spawn).toHaveBeenCalledTimes(2);
    expect(spawn.mock.lastCall![0]).toMatchObject({ warmUp: 'open' });
    starts[1]!.resolve(createFakeWorker());
    await tick();
    controller.abort(new Error('closed'));
    await pool.close();
  });

  it('are not wanted any more where the signal aborts as the first is ready', async () => {
    const controller = new AbortController();
    const starting = start(controller.signal);
    const told = expect(starting).rejects.toThrow('not any more');
    const first = createFakeWorker();
    starts[0]!.resolve(first);
    controller.abort(new Error('not any more'));
    await told;
    expect(first.send).toHaveBeenCalledWith({ type: 'close' });
    expect(spawn).toHaveBeenCalledOnce();
  });

  it('leave none running that becomes ready as they close', async () => {
    const { pool, controller } = await startFirst();
    controller.abort(new Error('closed'));
    const closing = pool.close();
    const late = createFakeWorker();
    starts[1]!.resolve(late);
    await closing;
    expect(late.kill).toHaveBeenCalled();
    expect(spawn).toHaveBeenCalledTimes(2);
  });

  it('wait for no other attempt as they close', async () => {
    const { pool, controller } = await startFirst();
    starts[1]!.reject(new Error('no memory'));
    await tick();
    controller.abort(new Error('closed'));
    await pool.close();
    await tick(60_000);
    expect(spawn).toHaveBeenCalledTimes(2);
  });
});

it('so many workers as were asked for by number are all waited for, and one that cannot start is told', async () => {
  const starting = start(new AbortController().signal, 2);
  const told = expect(starting).rejects.toThrow('no memory');
  const first = createFakeWorker();
  starts[0]!.resolve(first);
  await tick();
  starts[1]!.reject(new Error('no memory'));
  await told;
  expect(first.send).toHaveBeenCalledWith({ type: 'close' });
});

it('tell a call at once that waits for a worker when none is replaced any more', async () => {
  const controller = new AbortController();
  const queue = createCallQueue({ ...limits, identify: () => Promise.resolve('digest') });
  const starting = start(controller.signal, 1, queue);
  const end = async () => {
    const worker = createFakeWorker();
    starts.at(-1)!.resolve(worker);
    await tick();
    worker.kill();
    await tick();
  };
  await end();
  const pool = await starting;
  for (let ending = 0; ending < 8; ending += 1) {
    await tick(10_000);
    await end();
  }
  const waiting = queue.submit(createCall(), staying());
  const told = expect(waiting).rejects.toMatchObject({ code: 'BACKEND_UNAVAILABLE' });
  spawn.mockImplementationOnce(() => Promise.reject(new Error('closed')));
  controller.abort();
  await tick();
  await told;
  await pool.close();
});
