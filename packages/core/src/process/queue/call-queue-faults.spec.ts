import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EXIT, KILLED, OPTIONS } from '../../../test/call-queue-options.js';
import { createCall, createFakeWorker, staying, turn } from '../../../test/fake-worker.js';
import { ZooError } from '../../contract/index.js';
import { createCallQueue } from './call-queue.js';
import type { CallQueue } from './call-queue-types.js';
import type { WorkerCalls } from './workers/worker-calls-types.js';

let queue: CallQueue;
let workerCalls: WorkerCalls;
let worker: ReturnType<typeof createFakeWorker>;

beforeEach(() => {
  queue = createCallQueue(OPTIONS);
  workerCalls = queue.addWorker();
  worker = createFakeWorker();
});

describe('when the process ends', () => {
  it('asks again for each call alone: the guilty one fails, the innocent are answered, new ones wait meanwhile', async () => {
    workerCalls.attach(worker);
    const innocent = queue.submit(createCall(), staying());
    const guilty = queue.submit(createCall(), staying());
    await turn();
    workerCalls.detach(EXIT);
    const fresh = queue.submit(createCall(11), staying());

    const second = createFakeWorker();
    workerCalls.attach(second);
    await turn();
    expect(second.calls()).toEqual([1]);
    second.answer(1);
    expect(await innocent).toEqual({});
    await turn();
    expect(second.calls()).toEqual([1, 2]);
    workerCalls.detach(EXIT);
    await expect(guilty).rejects.toMatchObject({ code: 'INFERENCE_FAILED', details: { signal: 'SIGSEGV' } });

    const third = createFakeWorker();
    workerCalls.attach(third);
    await turn();
    expect(third.calls()).toEqual([3]);
    third.answer(3);
    expect(await fresh).toEqual({});
  });

  it('remembers the image that did it: refuses it, for these heads, and answers others', async () => {
    const guilty = () => queue.submit({ ...createCall(), requests: { masks: {} } }, staying());
    const failing = guilty();
    for (let ending = 0; ending < 2; ending += 1) {
      workerCalls.attach(createFakeWorker());
      await turn();
      workerCalls.detach(EXIT);
    }
    await expect(failing).rejects.toMatchObject({ code: 'INFERENCE_FAILED' });
    expect(queue.runtime()).toMatchObject({ quarantined: 1, pending: 0 });
    await expect(guilty()).rejects.toMatchObject({ code: 'IMAGE_QUARANTINED', details: { heads: ['masks'] } });

    workerCalls.attach(worker);
    const others = [
      { ...createCall(), requests: { classes: {} } },
      { ...createCall(11), requests: { masks: {} } },
    ];
    const answers = others.map((call) => queue.submit(call, staying()));
    await turn();
    worker.calls().forEach((call) => worker.answer(call));
    expect(await Promise.all(answers)).toEqual([{}, {}]);
  });

  it('because it was killed for another call, holds that against nobody', async () => {
    const innocent = queue.submit(createCall(), staying());
    for (const exit of [KILLED, EXIT]) {
      workerCalls.attach(createFakeWorker());
      await turn();
      workerCalls.detach(exit);
    }
    workerCalls.attach(worker);
    await turn();
    worker.answer(1);
    expect(await innocent).toEqual({});
    expect(queue.runtime().quarantined).toBe(0);
  });
});

describe('a process that stands still', () => {
  const STALL_AFTER_MS = 50;
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    queue = createCallQueue({ ...OPTIONS, killAfterMs: 10, stallAfterMs: STALL_AFTER_MS, answerGraceMs: 0 });
    workerCalls = queue.addWorker();
  });
  afterEach(() => void vi.useRealTimers());

  it('is killed; one that gives signs of life, or has nothing to do, is not', async () => {
    workerCalls.attach(worker);
    vi.advanceTimersByTime(2 * STALL_AFTER_MS);
    const call = queue.submit(createCall(), staying());
    await turn();
    for (let sign = 0; sign < 3; sign += 1) {
      vi.advanceTimersByTime(STALL_AFTER_MS - 1);
      worker.tell({ type: 'alive', stepMs: 0, state: worker.state });
    }
    expect(worker.kill).not.toHaveBeenCalled();
    vi.advanceTimersByTime(STALL_AFTER_MS);
    expect(worker.kill).toHaveBeenCalledExactlyOnceWith('stalled');

    workerCalls.detach({ ...EXIT, cause: 'stalled' });
    const second = createFakeWorker();
    workerCalls.attach(second);
    await turn();
    second.answer(1);
    expect(await call).toEqual({});
    vi.advanceTimersByTime(2 * STALL_AFTER_MS);
    expect(second.kill).not.toHaveBeenCalled();
  });

  it('is killed although it gives signs of life, when a call of its waits for what never comes', async () => {
    workerCalls.attach(worker);
    const call = queue.submit(createCall(), staying());
    await turn();
    worker.tell({ type: 'alive', stepMs: STALL_AFTER_MS - 1, state: worker.state });
    expect(worker.kill).not.toHaveBeenCalled();
    worker.tell({ type: 'alive', stepMs: STALL_AFTER_MS });
    expect(worker.kill).toHaveBeenCalledExactlyOnceWith('stalled');
    workerCalls.detach({ ...EXIT, cause: 'stalled' });
    workerCalls.attach(createFakeWorker());
    await turn();
    workerCalls.detach({ ...EXIT, cause: 'stalled' });
    await expect(call).rejects.toMatchObject({ code: 'INFERENCE_FAILED', details: { cause: 'stalled' } });
  });

  it('beyond the deadline, twice with one image, has that image refused', async () => {
    const hang = async () => {
      const next = createFakeWorker();
      workerCalls.attach(next);
      const controller = new AbortController();
      const call = queue.submit(createCall(), controller.signal);
      await turn();
      vi.advanceTimersByTime(STALL_AFTER_MS - 5);
      controller.abort(new ZooError('DEADLINE_EXCEEDED', 'late'));
      await expect(call).rejects.toThrow('late');
      vi.advanceTimersByTime(10);
      expect(next.kill).toHaveBeenCalled();
      workerCalls.detach(KILLED);
    };
    await hang();
    await hang();
    await expect(queue.submit(createCall(), staying())).rejects.toMatchObject({ code: 'IMAGE_QUARANTINED' });
  });
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
    worker.answer(6);
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
    worker.answer(1);
    await first;

    worker.beat({ isInTime: false });
    const second = queue.submit(createCall(), staying());
    await turn();
    const other = createFakeWorker();
    queue.addWorker().attach(other);
    expect(other.calls()).toEqual([2]);
    other.answer(2);
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
    second.answer(1);
    await call;
    second.beat({ blockedMs: 10_500 });
    expect(second.kill).toHaveBeenCalledExactlyOnceWith('frozen');
  });
});
