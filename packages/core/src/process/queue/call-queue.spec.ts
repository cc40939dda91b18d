import { beforeEach, describe, expect, it, vi } from 'vitest';
import { EXIT, KILL_AFTER_MS, OPTIONS } from '../../../test/call-queue-options.js';
import { createCall, createFakeWorker, staying, turn } from '../../../test/fake-worker.js';
import { ZooError, type Priority } from '../../contract/index.js';
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
      worker.answer(call);
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
    worker.answer(1);
    await first;
    const third = small.submit(createCall(), staying());
    await turn();
    worker.answer(2);
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
      worker.answer(worker.calls()[index]!);
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
    for (const call of worker.calls()) worker.answer(call);
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
    for (const call of worker.calls()) worker.answer(call);
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
    for (const call of worker.calls()) worker.answer(call);
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
    second.answer(2);
    expect(await other).toEqual({});
  });

  it('spares a process that does', async () => {
    const controller = new AbortController();
    workerCalls.attach(worker);
    const left = queue.submit(createCall(), controller.signal);
    await turn();
    leave(controller);
    await expect(left).rejects.toThrow('left');
    worker.answer(1);
    await new Promise((resolve) => setTimeout(resolve, 2 * KILL_AFTER_MS));
    expect(worker.kill).not.toHaveBeenCalled();
  });
});
