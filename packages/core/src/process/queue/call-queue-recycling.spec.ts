import { expect, it, vi } from 'vitest';
import { createCall, createFakeChild, staying } from '../../../test/fake-child.js';
import { createCallLine } from './call-queue.js';

const MIB = 2 ** 20;
const turn = () => new Promise(setImmediate);

it('a process that holds too much is told of, drained without a call lost, and another one goes on', async () => {
  const onWorn = vi.fn();
  const limits = { maxPending: 8, killAfterMs: 20, graceMs: 100, stallAfterMs: 60_000 };
  const line = createCallLine({ ...limits, identify: () => Promise.resolve('digest') });
  const lane = line.addLane({ onWorn });
  const [worn, next] = [createFakeChild(), createFakeChild()];
  lane.attach(worn);
  const running = [line.submit(createCall(), staying()), line.submit(createCall(), staying())];
  await turn();

  worn.tell({ type: 'alive', state: worn.state });
  expect(onWorn).not.toHaveBeenCalled();
  const memory = [
    { device: 'cpu', budgetBytes: 100 * MIB, modelBytes: 50 * MIB, unreturnedBytes: 90 * MIB, evictions: 3 },
  ];
  worn.tell({ type: 'alive', state: { ...worn.state, memory } });
  expect(onWorn).toHaveBeenCalledOnce();

  const onDrained = vi.fn();
  void lane.drain().then(onDrained);
  const waiting = line.submit(createCall(), staying());
  worn.tell({ type: 'answer', call: 1, outcomes: {} });
  await turn();
  expect([onDrained.mock.calls.length, worn.calls()]).toEqual([0, [1, 2]]);
  worn.tell({ type: 'answer', call: 2, outcomes: {} });
  await turn();
  expect(onDrained).toHaveBeenCalledOnce();
  expect(await Promise.all(running)).toEqual([{}, {}]);

  lane.detach({ code: null, signal: null, cause: 'recycled' });
  lane.attach(next);
  await turn();
  expect([worn.calls(), next.calls()]).toEqual([[1, 2], [3]]);
  next.tell({ type: 'answer', call: 3, outcomes: {} });
  expect(await waiting).toEqual({});
  expect(worn.kill).not.toHaveBeenCalled();
});

it('a process that ends while it is drained is not waited for', async () => {
  const limits = { maxPending: 8, killAfterMs: 20, graceMs: 100, stallAfterMs: 60_000 };
  const line = createCallLine({ ...limits, identify: () => Promise.resolve('digest') });
  const lane = line.addLane();
  const [first, second] = [createFakeChild(), createFakeChild()];
  lane.attach(first);
  const call = line.submit(createCall(), staying());
  await turn();
  const drained = lane.drain();
  lane.detach({ code: null, signal: 'SIGSEGV' });
  await drained;
  lane.attach(second);
  await turn();
  second.tell({ type: 'answer', call: 1, outcomes: {} });
  expect(await call).toEqual({});
});
