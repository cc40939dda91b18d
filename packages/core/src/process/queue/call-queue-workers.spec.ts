import { beforeEach, describe, expect, it } from 'vitest';
import { EXIT, KILLED } from '../../../test/call-queue-options.js';
import { createCall, createFakeWorker, staying, turn } from '../../../test/fake-worker.js';
import { ZooError } from '../../contract/index.js';
import { createCallQueue } from './call-queue.js';
import type { CallQueue } from './call-queue-types.js';
import type { WorkerCalls } from './workers/worker-calls-types.js';

let queue: CallQueue;

describe('several processes', () => {
  let workers: ReturnType<typeof createFakeWorker>[];
  let bothCalls: WorkerCalls[];

  beforeEach(() => {
    queue = createCallQueue({
      ...{ maxPending: 8, graceMs: 100, killAfterMs: 60_000, stallAfterMs: 120_000 },
      identify: (bytes) => Promise.resolve(`digest of ${bytes.length} zeros`),
    });
    bothCalls = [queue.addWorker(), queue.addWorker()];
    workers = [createFakeWorker(), createFakeWorker()];
    for (const [index, worker] of workers.entries()) bothCalls[index]!.attach(worker);
  });

  const whereIs = (call: number) => workers.findIndex((each) => each.calls().includes(call));

  it('share the calls, and an image that comes again goes where it was', async () => {
    const first = [10, 11, 12, 13].map((bytes) => queue.submit(createCall(bytes), staying()));
    await turn();
    expect(workers.map((each) => each.calls().length)).toEqual([2, 2]);
    const again = [10, 11, 12, 13].map((bytes) => queue.submit(createCall(bytes), staying()));
    await turn();
    for (const call of [1, 2, 3, 4]) expect(whereIs(call + 4)).toBe(whereIs(call));
    for (let call = 1; call <= 8; call += 1) workers[whereIs(call)]!.answer(call);
    expect(await Promise.all([...first, ...again])).toHaveLength(8);
  });

  it('take over from one that is down, in the order of rank', async () => {
    const held = queue.submit(createCall(10), staying());
    await turn();
    const home = whereIs(1);
    const other = workers[1 - home]!;
    bothCalls[home]!.detach(KILLED);
    await turn();
    expect(other.calls()).toEqual([1]); // interrupted: it waits for nobody
    const ranks = ['batch', 'interactive'] as const;
    const more = [20, 21, 22, 23].map((bytes) => queue.submit(createCall(bytes), staying()));
    const late = ranks.map((priority) => queue.submit(createCall(10, { priority }), staying()));
    await turn();
    expect(other.calls()).toEqual([1, 2, 3, 4]);
    other.answer(1);
    other.answer(2);
    await turn();
    expect(other.calls()).toEqual([1, 2, 3, 4, 5, 7]);
    for (const call of [3, 4, 5, 7]) other.answer(call);
    await turn();
    other.answer(6);
    expect(await Promise.all([held, ...more, ...late])).toHaveLength(7);
  });

  it('keep a suspect for the place it had, or the other one if that gets no process', async () => {
    const suspect = queue.submit(createCall(10), staying());
    await turn();
    const home = whereIs(1);
    const other = workers[1 - home]!;
    bothCalls[home]!.detach(EXIT);
    await turn();
    expect(other.calls()).toEqual([]);
    queue.fail(new ZooError('BACKEND_UNAVAILABLE', 'no memory'), bothCalls[home]);
    await turn();
    expect(other.calls()).toEqual([1]);
    other.answer(1);
    expect(await suspect).toEqual({});
  });

  it('tell those who wait when none can be had', async () => {
    const suspect = queue.submit(createCall(10), staying());
    await turn();
    for (const each of bothCalls) each.detach(EXIT);
    queue.fail(new ZooError('BACKEND_UNAVAILABLE', 'no memory'), bothCalls[0]);
    await expect(suspect).rejects.toThrow('no memory');
  });
});
