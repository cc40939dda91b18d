import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createCall, createFakeWorker, staying, turn } from '../../../test/fake-worker.js';
import { ZooError } from '../../contract/index.js';
import { createCallQueue } from './call-queue.js';
import type { CallQueue } from './call-queue-types.js';
import type { WorkerCalls } from './workers/worker-calls-types.js';

const KILLED = { code: null, signal: 'SIGKILL', cause: 'cancelled' } as const;
const DEADLINE_MS = 2000;
const GRACE_MS = 100;
const HANG_MS = 10_000;

let queue: CallQueue;
let workerCalls: WorkerCalls;
let worker: ReturnType<typeof createFakeWorker>;
let lastId: number;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  lastId = 0;
  queue = createCallQueue({
    maxPending: 8,
    graceMs: GRACE_MS,
    killAfterMs: HANG_MS,
    stallAfterMs: 60_000,
    answerGraceMs: 0,
    identify: (bytes) => Promise.resolve(`digest of ${bytes.length} zeros`),
  });
  workerCalls = queue.addWorker({ hasStandby: () => true });
  attach();
});
afterEach(() => void vi.useRealTimers());

function attach(): void {
  worker = createFakeWorker();
  workerCalls.attach(worker);
}

function replace(): void {
  workerCalls.detach(KILLED);
  attach();
}

/** Enters the queue, and leaves at a deadline that is shorter than the silence of a process that surely hangs. */
async function ask(bytes = 10) {
  const controller = new AbortController();
  const call = { ...createCall(bytes), deadlineAt: performance.now() + DEADLINE_MS };
  const answer = queue.submit(call, controller.signal);
  answer.catch(() => undefined);
  await turn();
  lastId += 1;
  const id = lastId;
  return { id, answer, expire: () => controller.abort(new ZooError('DEADLINE_EXCEEDED', 'late')) };
}

const tellRun = (call: number, isBatched = false) => worker.tell({ type: 'runs', call, isShared: false, isBatched });
const passGrace = () => vi.advanceTimersByTime(GRACE_MS + 50);

/** All leave at their deadline, and the process is ended and replaced. */
function expire(...asked: readonly { readonly expire: () => void }[]): void {
  vi.advanceTimersByTime(DEADLINE_MS);
  for (const one of asked) one.expire();
  passGrace();
  expect(worker.kill).toHaveBeenCalledWith('cancelled');
  replace();
}

/** Asks for the image, whose run hangs, until the deadline has passed. */
async function hang() {
  const asked = await ask();
  tellRun(asked.id);
  vi.advanceTimersByTime(DEADLINE_MS);
  asked.expire();
  passGrace();
}

describe('an image whose run outlasts a short deadline', () => {
  it('is refused after the second time, while its process gets time to show that it was slow and no more', async () => {
    await hang();
    expect(worker.kill).toHaveBeenCalledExactlyOnceWith('cancelled');
    replace();
    await hang();
    await expect(queue.submit(createCall(), staying())).rejects.toMatchObject({ code: 'IMAGE_QUARANTINED' });
    expect(queue.runtime().quarantined).toBe(1);
    expect(worker.kill).not.toHaveBeenCalled();
    vi.advanceTimersByTime(HANG_MS - DEADLINE_MS);
    expect(worker.kill).toHaveBeenCalledExactlyOnceWith('cancelled');
    replace();
    expect(queue.runtime().quarantined).toBe(1);
    vi.advanceTimersByTime(60_000 - (HANG_MS - DEADLINE_MS)); // refused for the first minute, not for a second one
    expect(queue.runtime().quarantined).toBe(0);
  });

  it('is refused, the second time, to those who wait with it already', async () => {
    await hang();
    replace();
    const asked = await ask();
    tellRun(asked.id);
    vi.advanceTimersByTime(DEADLINE_MS);
    asked.expire();
    const waiting = queue.submit(createCall(), staying());
    const other = queue.submit(createCall(11), staying());
    await turn();
    passGrace();
    await expect(waiting).rejects.toMatchObject({ code: 'IMAGE_QUARANTINED' });
    vi.advanceTimersByTime(HANG_MS - DEADLINE_MS);
    replace();
    await turn();
    worker.tell({ type: 'answer', call: worker.calls()[0]!, outcomes: {} });
    expect(await other).toEqual({});
  });

  it('is refused after the second time also if somebody asked and left between them', async () => {
    await hang();
    replace();
    const asker = new AbortController();
    const leaver = queue.submit(createCall(), asker.signal);
    await turn();
    lastId += 1;
    asker.abort(new Error('left'));
    await expect(leaver).rejects.toThrow('left');
    const error = new ZooError('INFERENCE_FAILED', 'This operation was aborted').toJSON();
    worker.tell({ type: 'fault', call: lastId, error });
    await hang();
    await expect(queue.submit(createCall(), staying())).rejects.toMatchObject({ code: 'IMAGE_QUARANTINED' });
  });

  it('is answered again if it ends in that time', async () => {
    await hang();
    replace();
    await hang();
    worker.tell({ type: 'answer', call: lastId, outcomes: {} });
    expect(queue.runtime().quarantined).toBe(0);
    const again = queue.submit(createCall(), staying());
    await turn();
    expect(worker.calls()).toHaveLength(2);
    worker.tell({ type: 'answer', call: 3, outcomes: {} });
    expect(await again).toEqual({});
  });
});

describe('an image that only came too late', () => {
  async function expectAnswered() {
    expect(queue.runtime().quarantined).toBe(0);
    const again = queue.submit(createCall(), staying());
    await turn();
    const id = worker.calls().at(-1)!;
    worker.tell({ type: 'answer', call: id, outcomes: {} });
    expect(await again).toEqual({});
  }

  it('because others ran before it is not refused, however often', async () => {
    for (let time = 0; time < 3; time += 1) {
      const asked = await ask();
      const other = await ask(11);
      tellRun(other.id);
      vi.advanceTimersByTime(DEADLINE_MS - 100);
      worker.tell({ type: 'answer', call: other.id, outcomes: {} });
      tellRun(asked.id);
      vi.advanceTimersByTime(100);
      asked.expire();
      passGrace();
      expect(worker.kill).toHaveBeenCalledExactlyOnceWith('cancelled');
      replace();
    }
    await expectAnswered();
  });

  it('because the run before it is not over is not refused', async () => {
    for (let time = 0; time < 3; time += 1) {
      const other = await ask(11 + time);
      const asked = await ask();
      tellRun(other.id);
      expire(asked, other);
    }
    await expectAnswered();
  });

  it('in a run together with others is not refused: any of them may have held it', async () => {
    for (let time = 0; time < 3; time += 1) {
      const [asked, other] = [await ask(), await ask(11 + time)];
      tellRun(asked.id);
      tellRun(other.id, true);
      expire(asked, other);
    }
    await expectAnswered();
  });

  it('because its asker left early is not refused', async () => {
    for (let time = 0; time < 3; time += 1) {
      const asker = new AbortController();
      const call = { ...createCall(), deadlineAt: performance.now() + DEADLINE_MS };
      queue.submit(call, asker.signal).catch(() => undefined);
      await turn();
      tellRun(worker.calls().at(-1)!);
      vi.advanceTimersByTime(DEADLINE_MS - 1);
      asker.abort(new Error('left'));
      passGrace();
      expect(worker.kill).toHaveBeenCalledExactlyOnceWith('cancelled');
      replace();
    }
    await expectAnswered();
  });
});
