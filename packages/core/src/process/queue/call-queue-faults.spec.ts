import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createCall, createFakeChild, staying } from '../../../test/fake-child.js';
import { createCallLine, type CallLine, type LineOptions } from './call-queue.js';
import type { Lane } from './worker-calls-types.js';

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

describe('a call that cannot be sent', () => {
  beforeEach(() => {
    vi.spyOn(child, 'send').mockImplementation((message) => {
      if (message.type === 'analyze' && message.bytes.length === 13) {
        return Promise.reject(new Error('#<Object> could not be cloned.'));
      }
      child.sent.push(message);
      return Promise.resolve();
    });
    lane.attach(child);
  });

  it('is INVALID_PARAM for its caller, and takes no place from others, however many there are', async () => {
    const bad = Array.from({ length: 5 }, () => line.submit(createCall(13), staying()));
    for (const call of bad) {
      await expect(call).rejects.toMatchObject({
        code: 'INVALID_PARAM',
        message: expect.stringContaining('could not be cloned') as string,
      });
    }
    const good = line.submit(createCall(), staying());
    await turn();
    answer(6);
    expect(await good).toEqual({});
    expect(child.sent.filter(({ type }) => type === 'abort')).toHaveLength(5); // pieces that came before are forgotten
    await line.drain();
  });
});

describe('a process whose heartbeat', () => {
  it('is late gets no new calls until it comes back; another one gets them', async () => {
    lane.attach(child);
    child.beat({ isInTime: false });
    const first = line.submit(createCall(), staying());
    await turn();
    expect(lane.isUp).toBe(false);
    expect(child.calls()).toEqual([]);
    child.beat();
    expect(child.calls()).toEqual([1]);
    answer(1);
    await first;

    child.beat({ isInTime: false });
    const second = line.submit(createCall(), staying());
    await turn();
    const other = createFakeChild();
    line.addLane().attach(other);
    expect(other.calls()).toEqual([2]);
    answer(2, other);
    await second;
  });

  it('stayed away leaves innocent calls, until that happens to one again and again', async () => {
    const frozen = { code: null, signal: 'SIGKILL', cause: 'frozen' } as const;
    const call = line.submit(createCall(), staying());
    for (let time = 1; time <= 5; time += 1) {
      const next = createFakeChild();
      lane.attach(next);
      await turn();
      expect(next.calls()).toEqual([1]);
      lane.detach(frozen);
      expect(line.runtime().quarantined).toBe(time < 5 ? 0 : 1);
    }
    await expect(call).rejects.toMatchObject({ code: 'INFERENCE_FAILED', details: { cause: 'frozen' } });
  });

  it('says that its main thread stands still is ended, unless that is for a call that it has', async () => {
    lane.attach(child);
    child.beat({ blockedMs: 9_500 });
    expect(child.kill).not.toHaveBeenCalled();
    const call = line.submit(createCall(), staying());
    await turn();
    child.beat({ blockedMs: 10_000 }); // since long before it got this one
    expect(child.kill).toHaveBeenCalledExactlyOnceWith('frozen');
    lane.detach({ ...KILLED, cause: 'frozen' });

    const second = createFakeChild();
    lane.attach(second);
    await turn();
    second.beat({ blockedMs: 1_500 });
    answer(1, second);
    await call;
    second.beat({ blockedMs: 10_500 });
    expect(second.kill).toHaveBeenCalledExactlyOnceWith('frozen');
  });
});
