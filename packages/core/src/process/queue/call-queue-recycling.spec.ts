import { expect, it, vi } from 'vitest';
import { createCall, createFakeWorker, staying, turn } from '../../../test/fake-worker.js';
import { createCallQueue } from './call-queue.js';

const MIB = 2 ** 20;

it('a process that holds too much is told of, drained without a call lost, and another one goes on', async () => {
  const onShouldRecycle = vi.fn();
  const limits = { maxPending: 8, killAfterMs: 20, graceMs: 100, stallAfterMs: 60_000 };
  const queue = createCallQueue({ ...limits, identify: () => Promise.resolve('digest') });
  const workerCalls = queue.addWorker({ onShouldRecycle });
  const [full, next] = [createFakeWorker(), createFakeWorker()];
  workerCalls.attach(full);
  const running = [queue.submit(createCall(), staying()), queue.submit(createCall(), staying())];
  await turn();

  full.tell({ type: 'alive', stepMs: 0, state: full.state });
  expect(onShouldRecycle).not.toHaveBeenCalled();
  const memory = [
    { device: 'cpu', budgetBytes: 100 * MIB, modelBytes: 50 * MIB, unreturnedBytes: 90 * MIB, evictions: 3 },
  ];
  full.tell({ type: 'alive', stepMs: 0, state: { ...full.state, memory } });
  expect(onShouldRecycle).toHaveBeenCalledOnce();

  const onDrained = vi.fn();
  void workerCalls.drain().then(onDrained);
  const waiting = queue.submit(createCall(), staying());
  full.tell({ type: 'answer', call: 1, outcomes: {} });
  await turn();
  expect([onDrained.mock.calls.length, full.calls()]).toEqual([0, [1, 2]]);
  full.tell({ type: 'answer', call: 2, outcomes: {} });
  await turn();
  expect(onDrained).toHaveBeenCalledOnce();
  expect(await Promise.all(running)).toEqual([{}, {}]);

  workerCalls.detach({ code: null, signal: null, cause: 'recycled' });
  workerCalls.attach(next);
  await turn();
  expect([full.calls(), next.calls()]).toEqual([[1, 2], [3]]);
  next.tell({ type: 'answer', call: 3, outcomes: {} });
  expect(await waiting).toEqual({});
  expect(full.kill).not.toHaveBeenCalled();
});

it('a process that ends while it is drained is not waited for', async () => {
  const limits = { maxPending: 8, killAfterMs: 20, graceMs: 100, stallAfterMs: 60_000 };
  const queue = createCallQueue({ ...limits, identify: () => Promise.resolve('digest') });
  const workerCalls = queue.addWorker();
  const [first, second] = [createFakeWorker(), createFakeWorker()];
  workerCalls.attach(first);
  const call = queue.submit(createCall(), staying());
  await turn();
  const drained = workerCalls.drain();
  workerCalls.detach({ code: null, signal: 'SIGSEGV' });
  await drained;
  workerCalls.attach(second);
  await turn();
  second.tell({ type: 'answer', call: 1, outcomes: {} });
  expect(await call).toEqual({});
});

it('calls for a process that is drained go to another one meanwhile, also those that wait already', async () => {
  const limits = { maxPending: 16, killAfterMs: 20, graceMs: 100, stallAfterMs: 60_000 };
  const queue = createCallQueue({ ...limits, identify: (bytes) => Promise.resolve(String(bytes.length)) });
  const workers = [createFakeWorker(), createFakeWorker()];
  const calls = workers.map((worker) => {
    const own = queue.addWorker();
    own.attach(worker);
    return own;
  });
  const asked = Array.from({ length: 5 }, () => queue.submit(createCall(), staying()));
  await turn();
  const [home, other] = workers[0]!.calls().length > 0 ? [0, 1] : [1, 0];
  expect(workers.map((worker) => worker.calls().length)).toEqual(home === 0 ? [4, 0] : [0, 4]);
  const drained = calls[home]!.drain();
  await turn();
  expect(workers[other]!.calls()).toEqual([5]); // it was the fifth for the same image
  const fresh = [11, 12, 13].map((bytes) => queue.submit(createCall(bytes), staying()));
  await turn();
  expect(workers[other]!.calls()).toEqual([5, 6, 7, 8]);
  expect(calls[home]!.isResponsive).toBe(true);
  for (const worker of workers) for (const call of worker.calls()) worker.answer(call);
  expect(await Promise.all([...asked, ...fresh])).toHaveLength(8);
  await drained;
});
