import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createCall, createFakeChild, leavingOn, staying } from '../../../test/fake-child.js';
import { ZooError, type Priority } from '../../contract/index.js';
import { createCallLine, type CallLine, type LineOptions } from './call-queue.js';
import type { Lane } from './worker-calls-types.js';

const EXIT = { code: null, signal: 'SIGSEGV' };
const KILLED = { code: null, signal: 'SIGKILL', cause: 'cancelled' } as const;
const KILL_AFTER_MS = 20;
const OPTIONS: LineOptions = {
  maxPending: 8,
  killAfterMs: KILL_AFTER_MS,
  graceMs: 100,
  stallAfterMs: 60_000,
  identify: (bytes) => Promise.resolve(`digest of ${bytes.length} zeros`),
};

let line: CallLine;
let lane: Lane;
let child: ReturnType<typeof createFakeChild>;
const turn = () => new Promise(setImmediate);
const answer = (call: number, from = child) => from.tell({ type: 'answer', call, outcomes: {} });

beforeEach(() => {
  line = createCallLine(OPTIONS);
  lane = line.addLane();
  child = createFakeChild();
});

describe('the line of calls', () => {
  it('waits for a process, sends an image in pieces, and gives it four calls at a time', async () => {
    const answers = [createCall(1_200_000), ...Array.from({ length: 5 }, () => createCall())].map((call) =>
      line.submit(call, staying()),
    );
    lane.attach(child);
    await turn();
    expect(child.calls().toSorted()).toEqual([1, 2, 3, 4]);
    const pieces = child.sent.flatMap((message) =>
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
    const small = createCallLine({ ...OPTIONS, maxPending: 1 });
    small.addLane().attach(child);
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
      return line.submit(createCall(10, { priority: priority as Priority, caller: caller! }), staying());
    });
    await turn();
    lane.attach(child);
    for (let index = 0; index < order.length; index += 1) {
      await turn();
      answer(child.calls()[index]!);
    }
    await Promise.all(calls);
    expect(child.calls()).toEqual([3, 5, 4, 6, 1, 2]);
  });

  it('when full refuses the weakest: batch for interactive, the greedy caller for a modest one', async () => {
    const small = createCallLine({ ...OPTIONS, maxPending: 3 });
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
    small.addLane().attach(child);
    await turn();
    for (const call of child.calls()) answer(call);
    expect(await Promise.all([...greedy, modest])).toEqual([{}, {}, {}]);
  });

  it('refuses the weakest also while the images of all are still being read', async () => {
    const small = createCallLine({ ...OPTIONS, maxPending: 3 });
    const submit = (priority: Priority, caller = 'a') => small.submit(createCall(10, { priority, caller }), staying());
    const batch = [submit('batch'), submit('batch'), submit('batch')];
    const urgent = [submit('interactive'), submit('interactive'), submit('interactive')];
    const busy = { code: 'BUSY' };
    await Promise.all(batch.map((call) => expect(call).rejects.toMatchObject(busy)));
    const modest = submit('interactive', 'b');
    await expect(urgent[2]).rejects.toMatchObject(busy);
    await turn();
    small.addLane().attach(child);
    await turn();
    expect(child.calls()).toEqual([4, 7, 5]);
    for (const call of child.calls()) answer(call);
    expect(await Promise.all([urgent[0], urgent[1], modest])).toEqual([{}, {}, {}]);
  });

  it('tells whoever asks why an image cannot be read, and goes on', async () => {
    const identify = vi.fn(() => Promise.reject<string>(new ZooError('INVALID_IMAGE', 'no image')));
    const reading = createCallLine({ ...OPTIONS, identify });
    reading.addLane().attach(child);
    await expect(reading.submit(createCall(), staying())).rejects.toThrow('no image');
    expect(reading.runtime()).toMatchObject({ pending: 0, waiting: 0 });
  });

  it('tells those who wait why no process can be had', async () => {
    const waiting = line.submit(createCall(), staying());
    await turn();
    line.fail(new ZooError('BACKEND_UNAVAILABLE', 'no memory'));
    await expect(waiting).rejects.toThrow('no memory');
    await line.drain();
  });
});

describe('when the process ends', () => {
  it('asks again for each call alone: the guilty one fails, the innocent are answered, new ones wait meanwhile', async () => {
    lane.attach(child);
    const innocent = line.submit(createCall(), staying());
    const guilty = line.submit(createCall(), staying());
    await turn();
    lane.detach(EXIT);
    const fresh = line.submit(createCall(11), staying());

    const second = createFakeChild();
    lane.attach(second);
    await turn();
    expect(second.calls()).toEqual([1]);
    answer(1, second);
    expect(await innocent).toEqual({});
    await turn();
    expect(second.calls()).toEqual([1, 2]);
    lane.detach(EXIT);
    await expect(guilty).rejects.toMatchObject({ code: 'INFERENCE_FAILED', details: { signal: 'SIGSEGV' } });

    const third = createFakeChild();
    lane.attach(third);
    await turn();
    expect(third.calls()).toEqual([3]);
    answer(3, third);
    expect(await fresh).toEqual({});
  });

  it('remembers the image that did it: refuses it, for these heads, and answers others', async () => {
    const guilty = () => line.submit({ ...createCall(), requests: { masks: {} } }, staying());
    const failing = guilty();
    for (let ending = 0; ending < 2; ending += 1) {
      lane.attach(createFakeChild());
      await turn();
      lane.detach(EXIT);
    }
    await expect(failing).rejects.toMatchObject({ code: 'INFERENCE_FAILED' });
    expect(line.runtime()).toMatchObject({ quarantined: 1, pending: 0 });
    await expect(guilty()).rejects.toMatchObject({ code: 'IMAGE_QUARANTINED', details: { heads: ['masks'] } });

    lane.attach(child);
    const others = [
      { ...createCall(), requests: { classes: {} } },
      { ...createCall(11), requests: { masks: {} } },
    ];
    const answers = others.map((call) => line.submit(call, staying()));
    await turn();
    child.calls().forEach((call) => answer(call));
    expect(await Promise.all(answers)).toEqual([{}, {}]);
  });

  it('because it was killed for another call, holds that against nobody', async () => {
    const innocent = line.submit(createCall(), staying());
    for (const exit of [KILLED, EXIT]) {
      lane.attach(createFakeChild());
      await turn();
      lane.detach(exit);
    }
    lane.attach(child);
    await turn();
    answer(1);
    expect(await innocent).toEqual({});
    expect(line.runtime().quarantined).toBe(0);
  });
});

describe('a process that stands still', () => {
  const STALL_AFTER_MS = 50;
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    line = createCallLine({ ...OPTIONS, killAfterMs: 10, stallAfterMs: STALL_AFTER_MS });
    lane = line.addLane();
  });
  afterEach(() => void vi.useRealTimers());

  it('is killed; one that gives signs of life, or has nothing to do, is not', async () => {
    lane.attach(child);
    vi.advanceTimersByTime(2 * STALL_AFTER_MS);
    const call = line.submit(createCall(), staying());
    await turn();
    for (let sign = 0; sign < 3; sign += 1) {
      vi.advanceTimersByTime(STALL_AFTER_MS - 1);
      child.tell({ type: 'alive', state: child.state });
    }
    expect(child.kill).not.toHaveBeenCalled();
    vi.advanceTimersByTime(STALL_AFTER_MS);
    expect(child.kill).toHaveBeenCalledExactlyOnceWith('stalled');

    lane.detach({ ...EXIT, cause: 'stalled' });
    const second = createFakeChild();
    lane.attach(second);
    await turn();
    answer(1, second);
    expect(await call).toEqual({});
    vi.advanceTimersByTime(2 * STALL_AFTER_MS);
    expect(second.kill).not.toHaveBeenCalled();
  });

  it('beyond the deadline, twice with one image, has that image refused', async () => {
    const hang = async () => {
      const next = createFakeChild();
      lane.attach(next);
      const controller = new AbortController();
      const call = line.submit(createCall(), leavingOn(controller.signal));
      await turn();
      vi.advanceTimersByTime(STALL_AFTER_MS - 5);
      controller.abort(new ZooError('DEADLINE_EXCEEDED', 'late'));
      await expect(call).rejects.toThrow('late');
      vi.advanceTimersByTime(10);
      expect(next.kill).toHaveBeenCalled();
      lane.detach(KILLED);
    };
    await hang();
    await hang();
    await expect(line.submit(createCall(), staying())).rejects.toMatchObject({ code: 'IMAGE_QUARANTINED' });
  });
});

describe('when the asker leaves', () => {
  const leave = (controller: AbortController) => controller.abort(new Error('left'));

  it('forgets a call that still waits', async () => {
    const controller = new AbortController();
    const waiting = line.submit(createCall(), leavingOn(controller.signal));
    leave(controller);
    await expect(waiting).rejects.toThrow('left');
    lane.attach(child);
    await turn();
    expect(child.sent).toEqual([]);
  });

  it('drops a call that still waits as it falls due, and lets a process answer one that it has', async () => {
    const due = new AbortController();
    const leaving = { due: due.signal, late: new AbortController().signal };
    lane.attach(child);
    const running = line.submit(createCall(), leaving);
    const others = [1, 2, 3].map(() => line.submit(createCall(), staying()));
    const waiting = line.submit(createCall(), leaving);
    await turn();
    leave(due);
    await expect(waiting).rejects.toThrow('left');
    for (const call of child.calls()) answer(call);
    expect(await Promise.all([running, ...others])).toEqual([{}, {}, {}, {}]);
    await turn();
    expect(child.calls()).toHaveLength(4);
  });

  it('drops a call that waits to be asked again as it falls due', async () => {
    const due = new AbortController();
    lane.attach(child);
    const suspect = line.submit(createCall(), { due: due.signal, late: new AbortController().signal });
    await turn();
    lane.detach(EXIT);
    leave(due);
    await expect(suspect).rejects.toThrow('left');
    const second = createFakeChild();
    lane.attach(second);
    await turn();
    expect(second.sent).toEqual([]);
  });

  it('stops sending the image', async () => {
    const controller = new AbortController();
    lane.attach(child);
    const sending = line.submit(createCall(1_200_000), leavingOn(controller.signal));
    while (child.sent.length === 0) await Promise.resolve();
    leave(controller);
    await expect(sending).rejects.toThrow('left');
    await turn();
    expect(child.sent.map(({ type }) => type)).toEqual(['bytes', 'abort']);
  });

  it('kills a process that does not let go, and runs the others again', async () => {
    const controller = new AbortController();
    lane.attach(child);
    const stuck = line.submit(createCall(), leavingOn(controller.signal));
    const other = line.submit(createCall(), staying());
    await turn();
    leave(controller);
    await expect(stuck).rejects.toThrow('left');
    await vi.waitFor(() => expect(child.kill).toHaveBeenCalled());
    lane.detach(EXIT);
    const second = createFakeChild();
    lane.attach(second);
    await turn();
    expect(second.calls()).toEqual([2]);
    answer(2, second);
    expect(await other).toEqual({});
  });

  it('spares a process that does', async () => {
    const controller = new AbortController();
    lane.attach(child);
    const left = line.submit(createCall(), leavingOn(controller.signal));
    await turn();
    leave(controller);
    await expect(left).rejects.toThrow('left');
    answer(1);
    await new Promise((resolve) => setTimeout(resolve, 2 * KILL_AFTER_MS));
    expect(child.kill).not.toHaveBeenCalled();
  });
});
