import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ZooError, type Priority } from '../contract/index.js';
import type { Rank } from '../sessions/waiting-line.js';
import { createCallLine, type CallLine } from './call-line.js';
import type { ToChild } from './messages.js';
import type { Call } from './pending-call.js';
import type { ZooChild } from './spawn-child.js';

const EXIT = { code: null, signal: 'SIGSEGV' };
const KILL_AFTER_MS = 20;

/** A process that is told things and does nothing. */
function createFakeChild() {
  const sent: ToChild[] = [];
  const kill = vi.fn();
  const child: ZooChild = {
    heads: [],
    kill,
    exited: new Promise(() => undefined),
    send(message) {
      sent.push(message);
      return Promise.resolve();
    },
  };
  const calls = () => sent.flatMap((message) => (message.type === 'analyze' ? [message.call] : []));
  return { ...child, sent, calls, kill };
}

function createCall(bytes = 10, rank: Partial<Rank> = {}): Call {
  return {
    bytes: new Uint8Array(bytes),
    requests: {},
    options: {},
    rank: { priority: 'interactive', caller: '', ...rank },
    deadlineAt: Infinity,
  };
}

/** Of an asker who leaves, wherever the call is, when this signal aborts. */
const leavingOn = (signal: AbortSignal) => ({ due: signal, late: signal });
/** Of one who does not. */
const staying = () => leavingOn(new AbortController().signal);

let line: CallLine;
let child: ReturnType<typeof createFakeChild>;
const turn = () => new Promise(setImmediate);
const answer = (call: number) => line.end({ type: 'answer', call, outcomes: {} });

beforeEach(() => {
  line = createCallLine(8, KILL_AFTER_MS);
  child = createFakeChild();
});

describe('the line of calls', () => {
  it('waits for a process, sends an image in pieces, and gives it four calls at a time', async () => {
    const answers = [createCall(1_200_000), ...Array.from({ length: 5 }, () => createCall())].map((call) =>
      line.submit(call, staying()),
    );
    line.attach(child);
    await turn();
    expect(child.calls().toSorted()).toEqual([1, 2, 3, 4]);
    const pieces = child.sent.flatMap((message) =>
      message.type === 'bytes' && message.call === 1 ? [message.bytes.length] : [],
    );
    expect(pieces).toEqual([262_144, 262_144, 262_144, 262_144, 151_424]);
    for (let call = 1; call <= 6; call += 1) {
      answer(call);
      await turn();
    }
    expect(await Promise.all(answers)).toEqual([{}, {}, {}, {}, {}, {}]);
  });

  it('refuses further calls as BUSY when full, and takes them again afterwards', async () => {
    const small = createCallLine(1, KILL_AFTER_MS);
    small.attach(child);
    const first = small.submit(createCall(), staying());
    await expect(small.submit(createCall(), staying())).rejects.toMatchObject({
      code: 'BUSY',
      retryable: true,
      details: { maxPending: 1, retryAfterMs: 1000 }, // nothing was measured yet
    });
    await turn();
    small.end({ type: 'answer', call: 1, outcomes: {} });
    await first;
    const third = small.submit(createCall(), staying());
    await turn();
    small.end({ type: 'answer', call: 2, outcomes: {} });
    expect(await third).toEqual({});
  });

  it('gives the process interactive calls first and callers in turn, whoever came first', async () => {
    const order = ['batch a', 'batch a', 'interactive a', 'interactive a', 'interactive b', 'interactive a'];
    const calls = order.map((rank) => {
      const [priority, caller] = rank.split(' ');
      return line.submit(createCall(10, { priority: priority as Priority, caller: caller! }), staying());
    });
    line.attach(child);
    for (let index = 0; index < order.length; index += 1) {
      await turn();
      answer(child.calls()[index]!);
    }
    await Promise.all(calls);
    expect(child.calls()).toEqual([3, 5, 4, 6, 1, 2]);
  });

  it('when full refuses the weakest: batch for interactive, the greedy caller for a modest one', async () => {
    const small = createCallLine(3, KILL_AFTER_MS);
    const submit = (priority: Priority, caller: string) =>
      small.submit(createCall(10, { priority, caller }), staying());
    const busy = { code: 'BUSY', details: { retryAfterMs: expect.any(Number) as number } };
    const greedy = [submit('interactive', 'a'), submit('interactive', 'a')];
    const batch = submit('batch', 'b');
    const urgent = submit('interactive', 'a');
    await expect(batch).rejects.toMatchObject(busy);
    const modest = submit('interactive', 'c');
    await expect(urgent).rejects.toMatchObject(busy);
    await expect(submit('batch', 'd')).rejects.toMatchObject(busy);
    expect(small.load).toMatchObject({ pending: 3, waiting: 3 });
    small.attach(child);
    await turn();
    for (const call of child.calls()) small.end({ type: 'answer', call, outcomes: {} });
    expect(await Promise.all([...greedy, modest])).toEqual([{}, {}, {}]);
  });

  it('tells those who wait why no process can be had', async () => {
    const waiting = line.submit(createCall(), staying());
    line.fail(new ZooError('BACKEND_UNAVAILABLE', 'no memory'));
    await expect(waiting).rejects.toThrow('no memory');
    await line.drain();
  });
});

describe('when the process ends', () => {
  it('asks again for each call alone: the guilty one fails, the innocent are answered, new ones wait meanwhile', async () => {
    line.attach(child);
    const innocent = line.submit(createCall(), staying());
    const guilty = line.submit(createCall(), staying());
    await turn();
    line.detach(EXIT);
    const fresh = line.submit(createCall(), staying());

    const second = createFakeChild();
    line.attach(second);
    await turn();
    expect(second.calls()).toEqual([1]);
    answer(1);
    expect(await innocent).toEqual({});
    await turn();
    expect(second.calls()).toEqual([1, 2]);
    line.detach(EXIT);
    await expect(guilty).rejects.toMatchObject({ code: 'INFERENCE_FAILED', details: { signal: 'SIGSEGV' } });

    const third = createFakeChild();
    line.attach(third);
    await turn();
    expect(third.calls()).toEqual([3]);
    answer(3);
    expect(await fresh).toEqual({});
  });
});

describe('when the asker leaves', () => {
  const leave = (controller: AbortController) => controller.abort(new Error('left'));

  it('forgets a call that still waits', async () => {
    const controller = new AbortController();
    const waiting = line.submit(createCall(), leavingOn(controller.signal));
    leave(controller);
    await expect(waiting).rejects.toThrow('left');
    line.attach(child);
    await turn();
    expect(child.sent).toEqual([]);
  });

  it('drops a call that still waits as it falls due, and lets a process answer one that it has', async () => {
    const due = new AbortController();
    const leaving = { due: due.signal, late: new AbortController().signal };
    line.attach(child);
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
    line.attach(child);
    const suspect = line.submit(createCall(), { due: due.signal, late: new AbortController().signal });
    await turn();
    line.detach(EXIT);
    leave(due);
    await expect(suspect).rejects.toThrow('left');
    const second = createFakeChild();
    line.attach(second);
    await turn();
    expect(second.sent).toEqual([]);
  });

  it('stops sending the image', async () => {
    const controller = new AbortController();
    line.attach(child);
    const sending = line.submit(createCall(1_200_000), leavingOn(controller.signal));
    leave(controller);
    await expect(sending).rejects.toThrow('left');
    await turn();
    expect(child.sent.map(({ type }) => type)).toEqual(['bytes', 'abort']);
  });

  it('kills a process that does not let go, and runs the others again', async () => {
    const controller = new AbortController();
    line.attach(child);
    const stuck = line.submit(createCall(), leavingOn(controller.signal));
    const other = line.submit(createCall(), staying());
    await turn();
    leave(controller);
    await expect(stuck).rejects.toThrow('left');
    await vi.waitFor(() => expect(child.kill).toHaveBeenCalled());
    line.detach(EXIT);
    const second = createFakeChild();
    line.attach(second);
    await turn();
    expect(second.calls()).toEqual([2]);
    answer(2);
    expect(await other).toEqual({});
  });

  it('spares a process that does', async () => {
    const controller = new AbortController();
    line.attach(child);
    const left = line.submit(createCall(), leavingOn(controller.signal));
    await turn();
    leave(controller);
    await expect(left).rejects.toThrow('left');
    answer(1);
    await new Promise((resolve) => setTimeout(resolve, 2 * KILL_AFTER_MS));
    expect(child.kill).not.toHaveBeenCalled();
  });
});
