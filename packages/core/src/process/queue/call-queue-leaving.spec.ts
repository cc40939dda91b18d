import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { KILLED } from '../../../test/call-queue-options.js';
import { createCall, createFakeWorker, staying, turn } from '../../../test/fake-worker.js';
import { createCallQueue } from './call-queue.js';
import type { CallQueue } from './call-queue-types.js';
import type { WorkerCalls } from './workers/worker-calls-types.js';
import type { Call } from './calls/pending-call.js';

const KILL_LATE_MS = 60_000;

let queue: CallQueue;
let workerCalls: WorkerCalls;
let hasStandby: boolean;
let worker: ReturnType<typeof createFakeWorker>;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  hasStandby = true;
  worker = createFakeWorker();
  queue = createCallQueue({
    maxPending: 8,
    graceMs: 100,
    killAfterMs: KILL_LATE_MS,
    stallAfterMs: 2 * KILL_LATE_MS,
    identify: (bytes) => Promise.resolve(`digest of ${bytes.length} zeros`),
  });
  workerCalls = queue.addWorker({ hasStandby: () => hasStandby });
  workerCalls.attach(worker);
});
afterEach(() => void vi.useRealTimers());

describe('a model that runs for nobody', () => {
  const leave = (controller: AbortController) => controller.abort(new Error('left'));
  let leaving: AbortController;
  beforeEach(() => void (leaving = new AbortController()));

  const tellRun = (call: number, isShared = false, from = worker) =>
    from.tell({ type: 'runs', call, isShared, isBatched: false });
  const tellBatched = (call: number, isShared = false) =>
    worker.tell({ type: 'runs', call, isShared, isBatched: true });
  /** Submits the call of an asker who will leave, and others that stay; sizes differ, so images do. */
  async function submit(...others: Call[]) {
    const left = queue.submit(createCall(), leaving.signal);
    left.catch(() => undefined);
    const answers = others.map((call) => queue.submit(call, staying()));
    await turn();
    return { left, answers };
  }

  it('is ended after a grace time; those who were with it are asked again, first and together', async () => {
    const { left, answers } = await submit(createCall(11), createCall(12));
    const waiting = [13, 14, 15].map((bytes) => queue.submit(createCall(bytes), staying()));
    await turn();
    tellRun(1);
    leave(leaving);
    await expect(left).rejects.toThrow('left');
    vi.advanceTimersByTime(99);
    expect(worker.kill).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(worker.kill).toHaveBeenCalledExactlyOnceWith('cancelled');

    workerCalls.detach(KILLED);
    const second = createFakeWorker();
    workerCalls.attach(second);
    await turn();
    expect(second.calls()).toEqual([2, 3, 4, 5]);
    for (const call of [2, 3, 4, 5]) second.answer(call);
    await turn();
    second.answer(6);
    expect(await Promise.all([...answers, ...waiting])).toEqual([{}, {}, {}, {}, {}]);
    expect(queue.runtime().quarantined).toBe(0);
  });

  it('gets no new calls between its end and the news of it', async () => {
    await submit();
    tellRun(1);
    leave(leaving);
    vi.advanceTimersByTime(100);
    const late = queue.submit(createCall(11), staying());
    await turn();
    expect(worker.calls()).toEqual([1]);
    workerCalls.detach(KILLED);
    const second = createFakeWorker();
    workerCalls.attach(second);
    await turn();
    second.answer(2);
    expect(await late).toEqual({});
  });

  it('runs on where its replacement would cost the opening of models, until one stands ready', async () => {
    hasStandby = false;
    await submit();
    tellRun(1);
    leave(leaving);
    vi.advanceTimersByTime(1000);
    expect(worker.kill).not.toHaveBeenCalled();
    hasStandby = true;
    vi.advanceTimersByTime(100);
    expect(worker.kill).toHaveBeenCalledExactlyOnceWith('cancelled');
  });

  it('is not ended while the process opens a model, which others need too, before its time is up', async () => {
    await submit(createCall(11));
    leave(leaving);
    vi.advanceTimersByTime(KILL_LATE_MS - 1);
    expect(worker.kill).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(worker.kill).toHaveBeenCalledExactlyOnceWith('cancelled');
  });

  it('or for another who stays is left alone', async () => {
    await submit(createCall(11));
    tellRun(2);
    leave(leaving);
    vi.advanceTimersByTime(KILL_LATE_MS + 1000);
    expect(worker.kill).not.toHaveBeenCalled();
    tellRun(1);
    vi.advanceTimersByTime(100);
    expect(worker.kill).toHaveBeenCalledExactlyOnceWith('cancelled');
  });

  it('and, with it, for others who stay is left alone, until they have left too', async () => {
    const other = new AbortController();
    await submit(createCall(11));
    queue.submit(createCall(12), other.signal).catch(() => undefined);
    await turn();
    tellRun(3);
    tellBatched(1);
    leave(leaving);
    vi.advanceTimersByTime(KILL_LATE_MS + 1000);
    expect(worker.kill).not.toHaveBeenCalled();
    leave(other);
    vi.advanceTimersByTime(100);
    expect(worker.kill).toHaveBeenCalledWith('cancelled');
  });

  it('is left alone while one who stays waits for the embedding of any image in it', async () => {
    await submit(createCall(10));
    tellRun(7, true);
    tellBatched(1, true);
    leave(leaving);
    vi.advanceTimersByTime(KILL_LATE_MS + 1000);
    expect(worker.kill).not.toHaveBeenCalled();
  });

  it('or for another who waits for the same embedding is left alone, but not its head', async () => {
    await submit(createCall(10));
    tellRun(1, true);
    leave(leaving);
    vi.advanceTimersByTime(KILL_LATE_MS + 1000);
    expect(worker.kill).not.toHaveBeenCalled();
    tellRun(1, false);
    vi.advanceTimersByTime(100);
    expect(worker.kill).toHaveBeenCalledExactlyOnceWith('cancelled');
  });

  it('is left alone for long beside a call that was interrupted three times', async () => {
    const staying11 = queue.submit(createCall(11), staying());
    let latest = worker;
    for (const [index, bytes] of [12, 13, 14, 15].entries()) {
      const gone = new AbortController();
      queue.submit(createCall(bytes), gone.signal).catch(() => undefined);
      await turn();
      tellRun(index + 2, false, latest);
      leave(gone);
      vi.advanceTimersByTime(100);
      if (index === 3) break;
      expect(latest.kill).toHaveBeenCalledExactlyOnceWith('cancelled');
      workerCalls.detach(KILLED);
      latest = createFakeWorker();
      workerCalls.attach(latest);
    }
    vi.advanceTimersByTime(1000);
    expect(latest.kill).not.toHaveBeenCalled();
    latest.answer(1);
    expect(await staying11).toEqual({});
    vi.advanceTimersByTime(100);
    expect(latest.kill).toHaveBeenCalledExactlyOnceWith('cancelled');
  });
});
