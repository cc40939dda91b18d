import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createCall, createFakeWorker, staying } from '../../../test/fake-worker.js';
import { createCallQueue } from './call-queue.js';
import type { CallQueue, CallQueueOptions } from './call-queue-types.js';
import type { WorkerCalls } from './worker-calls-types.js';

const KILLED = { code: null, signal: 'SIGKILL', cause: 'cancelled' } as const;
const KILL_AFTER_MS = 20;
const OPTIONS: CallQueueOptions = {
  maxPending: 8,
  killAfterMs: KILL_AFTER_MS,
  graceMs: 100,
  stallAfterMs: 60_000,
  identify: (bytes) => Promise.resolve(`digest of ${bytes.length} zeros`),
};

let queue: CallQueue;
let workerCalls: WorkerCalls;
let worker: ReturnType<typeof createFakeWorker>;
const turn = () => new Promise(setImmediate);
const answer = (call: number, from = worker) => from.tell({ type: 'answer', call, outcomes: {} });

beforeEach(() => {
  queue = createCallQueue(OPTIONS);
  workerCalls = queue.addWorker();
  worker = createFakeWorker();
});

describe('a call that cannot be sent', () => {
  beforeEach(() => {
    vi.spyOn(worker, 'send').mockImplementation((message) => {
      if (message.type === 'analyze' && message.bytes.length === 13) {
        return Promise.reject(new Error('#<Object> could not be cloned.'));
      }
      worker.sent.push(message);
      return Promise.resolve();
    });
    workerCalls.attach(worker);
  });

  it('is INVALID_PARAM for its caller, and takes no place from others, however many there are', async () => {
    const bad = Array.from({ length: 5 }, () => queue.submit(createCall(13), staying()));
    for (const call of bad) {
      await expect(call).rejects.toMatchObject({
        code: 'INVALID_PARAM',
        message: expect.stringContaining('could not be cloned') as string,
      });
    }
    const good = queue.submit(createCall(), staying());
    await turn();
    answer(6);
    expect(await good).toEqual({});
    expect(worker.sent.filter(({ type }) => type === 'abort')).toHaveLength(5); // pieces that came before are forgotten
    await queue.drain();
  });
});

describe('a process whose heartbeat', () => {
  it('is late gets no new calls until it comes back; another one gets them', async () => {
    workerCalls.attach(worker);
    worker.beat({ isInTime: false });
    const first = queue.submit(createCall(), staying());
    await turn();
    expect(workerCalls.isUp).toBe(false);
    expect(worker.calls()).toEqual([]);
    worker.beat();
    expect(worker.calls()).toEqual([1]);
    answer(1);
    await first;

    worker.beat({ isInTime: false });
    const second = queue.submit(createCall(), staying());
    await turn();
    const other = createFakeWorker();
    queue.addWorker().attach(other);
    expect(other.calls()).toEqual([2]);
    answer(2, other);
    await second;
  });

  it('stayed away leaves innocent calls, until that happens to one again and again', async () => {
    const frozen = { code: null, signal: 'SIGKILL', cause: 'frozen' } as const;
    const call = queue.submit(createCall(), staying());
    for (let time = 1; time <= 5; time += 1) {
      const next = createFakeWorker();
      workerCalls.attach(next);
      await turn();
      expect(next.calls()).toEqual([1]);
      workerCalls.detach(frozen);
      expect(queue.runtime().quarantined).toBe(time < 5 ? 0 : 1);
    }
    await expect(call).rejects.toMatchObject({ code: 'INFERENCE_FAILED', details: { cause: 'frozen' } });
  });

  it('says that its main thread stands still is ended, unless that is for a call that it has', async () => {
    workerCalls.attach(worker);
    worker.beat({ blockedMs: 9_500 });
    expect(worker.kill).not.toHaveBeenCalled();
    const call = queue.submit(createCall(), staying());
    await turn();
    worker.beat({ blockedMs: 10_000 }); // since long before it got this one
    expect(worker.kill).toHaveBeenCalledExactlyOnceWith('frozen');
    workerCalls.detach({ ...KILLED, cause: 'frozen' });

    const second = createFakeWorker();
    workerCalls.attach(second);
    await turn();
    second.beat({ blockedMs: 1_500 });
    answer(1, second);
    await call;
    second.beat({ blockedMs: 10_500 });
    expect(second.kill).toHaveBeenCalledExactlyOnceWith('frozen');
  });
});
