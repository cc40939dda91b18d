import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createCall, createFakeWorker, staying } from '../../../test/fake-worker.js';
import { ZooError, type Priority } from '../../contract/index.js';
import { createCallQueue } from './call-queue.js';
import type { CallQueue, CallQueueOptions } from './call-queue-types.js';
import type { WorkerCalls } from './worker-calls-types.js';

const EXIT = { code: null, signal: 'SIGSEGV' };
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

describe('the call queue', () => {
  it('waits for a process, sends an image in pieces, and gives it four calls at a time', async () => {
    const answers = [createCall(1_200_000), ...Array.from({ length: 5 }, () => createCall())].map((call) =>
      queue.submit(call, staying()),
    );
    workerCalls.attach(worker);
    await turn();
    expect(worker.calls().toSorted()).toEqual([1, 2, 3, 4]);
    const pieces = worker.sent.flatMap((message) =>
      'bytes' in message && message.call === 1 ? [message.bytes.length] : [],
    );
    expect(pieces).toEqual([262_144, 262_144, 262_144, 262_144, 151_424]);
    for (let call = 1; call <= 6; call += 1) {
      answer(call);
      await turn();
    }
    expect(await Promise.all(answers)).toEqual([{}, {}, {}, {}, {}, {}]);
  });

  it('refuses further calls as BUSY when full, and takes them again afterwards', async () => {
    const small = createCallQueue({ ...OPTIONS, maxPending: 1 });
    small.addWorker().attach(worker);
    const first = small.submit(createCall(), staying());
    await expect(small.submit(createCall(), staying())).rejects.toMatchObject({
      code: 'BUSY',
      retryable: true,
      details: { maxPending: 1, retryAfterMs: 1000 }, // nothing was measured yet
    });
    await turn();
    answer(1);
    await first;
    const third = small.submit(createCall(), staying());
    await turn();
    answer(2);
    expect(await third).toEqual({});
  });

  it('gives the process interactive calls first and callers in turn, whoever came first', async () => {
    const order = ['batch a', 'batch a', 'interactive a', 'interactive a', 'interactive b', 'interactive a'];
    const calls = order.map((rank) => {
      const [priority, caller] = rank.split(' ');
      return queue.submit(createCall(10, { priority: priority as Priority, caller: caller! }), staying());
    });
    await turn();
    workerCalls.attach(worker);
    for (let index = 0; index < order.length; index += 1) {
      await turn();
      answer(worker.calls()[index]!);
    }
    await Promise.all(calls);
    expect(worker.calls()).toEqual([3, 5, 4, 6, 1, 2]);
  });

  it('when full refuses the weakest: batch for interactive, the greedy caller for a modest one', async () => {
    const small = createCallQueue({ ...OPTIONS, maxPending: 3 });
    const submit = (priority: Priority, caller: string) =>
      small.submit(createCall(10, { priority, caller }), staying());
    const busy = { code: 'BUSY', details: { retryAfterMs: expect.any(Number) as number } };
    const greedy = [submit('interactive', 'a'), submit('interactive', 'a')];
    const batch = submit('batch', 'b');
    await turn();
    const urgent = submit('interactive', 'a');
    await expect(batch).rejects.toMatchObject(busy);
    await turn();
    const modest = submit('interactive', 'c');
    await expect(urgent).rejects.toMatchObject(busy);
    await expect(submit('batch', 'd')).rejects.toMatchObject(busy);
    await turn();
    expect(small.runtime()).toMatchObject({ pending: 3, waiting: 3, limit: 3 });
    small.addWorker().attach(worker);
    await turn();
    for (const call of worker.calls()) answer(call);
    expect(await Promise.all([...greedy, modest])).toEqual([{}, {}, {}]);
  });

  it('refuses the weakest also while the images of all are still being read', async () => {
    const small = createCallQueue({ ...OPTIONS, maxPending: 3 });
    const submit = (priority: Priority, caller = 'a') => small.submit(createCall(10, { priority, caller }), staying());
    const batch = [submit('batch'), submit('batch'), submit('batch')];
    const urgent = [submit('interactive'), submit('interactive'), submit('interactive')];
    const busy = { code: 'BUSY' };
    await Promise.all(batch.map((call) => expect(call).rejects.toMatchObject(busy)));
    const modest = submit('interactive', 'b');
    await expect(urgent[2]).rejects.toMatchObject(busy);
    await turn();
    small.addWorker().attach(worker);
    await turn();
    expect(worker.calls()).toEqual([4, 7, 5]);
    for (const call of worker.calls()) answer(call);
    expect(await Promise.all([urgent[0], urgent[1], modest])).toEqual([{}, {}, {}]);
  });

  it('tells the caller why an image cannot be read, and goes on', async () => {
    const identify = vi.fn(() => Promise.reject<string>(new ZooError('INVALID_IMAGE', 'no image')));
    const reading = createCallQueue({ ...OPTIONS, identify });
    reading.addWorker().attach(worker);
    await expect(reading.submit(createCall(), staying())).rejects.toThrow('no image');
    expect(reading.runtime()).toMatchObject({ pending: 0, waiting: 0 });
  });

  it('tells those who wait why no process can be had', async () => {
    const waiting = queue.submit(createCall(), staying());
    await turn();
    queue.fail(new ZooError('BACKEND_UNAVAILABLE', 'no memory'));
    await expect(waiting).rejects.toThrow('no memory');
    await queue.drain();
  });
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
    answer(1, second);
    expect(await innocent).toEqual({});
    await turn();
    expect(second.calls()).toEqual([1, 2]);
    workerCalls.detach(EXIT);
    await expect(guilty).rejects.toMatchObject({ code: 'INFERENCE_FAILED', details: { signal: 'SIGSEGV' } });

    const third = createFakeWorker();
    workerCalls.attach(third);
    await turn();
    expect(third.calls()).toEqual([3]);
    answer(3, third);
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
    worker.calls().forEach((call) => answer(call));
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
    answer(1);
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
      worker.tell({ type: 'alive', state: worker.state });
    }
    expect(worker.kill).not.toHaveBeenCalled();
    vi.advanceTimersByTime(STALL_AFTER_MS);
    expect(worker.kill).toHaveBeenCalledExactlyOnceWith('stalled');

    workerCalls.detach({ ...EXIT, cause: 'stalled' });
    const second = createFakeWorker();
    workerCalls.attach(second);
    await turn();
    answer(1, second);
    expect(await call).toEqual({});
    vi.advanceTimersByTime(2 * STALL_AFTER_MS);
    expect(second.kill).not.toHaveBeenCalled();
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

describe('when the caller leaves', () => {
  const leave = (controller: AbortController) => controller.abort(new Error('left'));
  const expire = (controller: AbortController) => controller.abort(new ZooError('DEADLINE_EXCEEDED', 'late'));

  it('forgets a call that still waits', async () => {
    const controller = new AbortController();
    const waiting = queue.submit(createCall(), controller.signal);
    leave(controller);
    await expect(waiting).rejects.toThrow('left');
    workerCalls.attach(worker);
    await turn();
    expect(worker.sent).toEqual([]);
  });

  it('drops a call that still waits at its deadline, and lets a worker answer one that it has', async () => {
    const due = new AbortController();
    const leaving = due.signal;
    workerCalls.attach(worker);
    const running = queue.submit(createCall(), leaving);
    const others = [1, 2, 3].map(() => queue.submit(createCall(), staying()));
    const waiting = queue.submit(createCall(), leaving);
    await turn();
    expire(due);
    await expect(waiting).rejects.toThrow('late');
    for (const call of worker.calls()) answer(call);
    expect(await Promise.all([running, ...others])).toEqual([{}, {}, {}, {}]);
    await turn();
    expect(worker.calls()).toHaveLength(4);
  });

  it('drops a call that waits to run alone at its deadline', async () => {
    const due = new AbortController();
    workerCalls.attach(worker);
    const suspect = queue.submit(createCall(), due.signal);
    await turn();
    workerCalls.detach(EXIT);
    expire(due);
    await expect(suspect).rejects.toThrow('late');
    const second = createFakeWorker();
    workerCalls.attach(second);
    await turn();
    expect(second.sent).toEqual([]);
  });

  it('stops sending the image', async () => {
    const controller = new AbortController();
    workerCalls.attach(worker);
    const sending = queue.submit(createCall(1_200_000), controller.signal);
    while (worker.sent.length === 0) await Promise.resolve();
    leave(controller);
    await expect(sending).rejects.toThrow('left');
    await turn();
    expect(worker.sent.map(({ type }) => type)).toEqual(['bytes', 'abort']);
  });

  it('kills a process that does not let go, and runs the others again', async () => {
    const controller = new AbortController();
    workerCalls.attach(worker);
    const stuck = queue.submit(createCall(), controller.signal);
    const other = queue.submit(createCall(), staying());
    await turn();
    leave(controller);
    await expect(stuck).rejects.toThrow('left');
    await vi.waitFor(() => expect(worker.kill).toHaveBeenCalled());
    workerCalls.detach(EXIT);
    const second = createFakeWorker();
    workerCalls.attach(second);
    await turn();
    expect(second.calls()).toEqual([2]);
    answer(2, second);
    expect(await other).toEqual({});
  });

  it('spares a process that does', async () => {
    const controller = new AbortController();
    workerCalls.attach(worker);
    const left = queue.submit(createCall(), controller.signal);
    await turn();
    leave(controller);
    await expect(left).rejects.toThrow('left');
    answer(1);
    await new Promise((resolve) => setTimeout(resolve, 2 * KILL_AFTER_MS));
    expect(worker.kill).not.toHaveBeenCalled();
  });
});
