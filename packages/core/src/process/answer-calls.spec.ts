import { describe, expect, it } from 'vitest';
import type { Zoo } from '../contract/index.js';
import type { RunStart, WatchedOptions } from '../sessions/run-in-turn.js';
import { answerCalls } from './answer-calls.js';
import type { Told } from './messages.js';

const ALONE = { isJoined: false };

/** Calls that run when the test says so; what is told of their runs, as `call` and whether it is shared. */
function createCalls() {
  const runs: ((start: RunStart) => void)[] = [];
  const ends: (() => void)[] = [];
  const zoo = {
    analyze: (_bytes: Uint8Array, _requests: object, { onRun }: WatchedOptions) => {
      runs.push((start) => onRun!(start));
      return new Promise((resolve) => ends.push(() => resolve({})));
    },
    runtime: () => ({ processes: [{}] }),
  } as unknown as Zoo;
  const told: string[] = [];
  const receive = answerCalls(zoo, (message: Told) => {
    if (message.type === 'runs') told.push(`${message.call}${message.isShared ? ' shared' : ''}`);
    return Promise.resolve();
  });
  return {
    told,
    runs,
    ends,
    ask: (call: number) =>
      receive({ type: 'analyze', call, bytes: new Uint8Array(1), requests: {}, options: { deadlineMs: 1000 } }),
  };
}

describe('answerCalls', () => {
  it('tells of a call that is alone once', async () => {
    const { ask, runs, ends, told } = createCalls();
    ask(1);
    runs[0]!({ isShared: true, ...ALONE });
    runs[0]!({ isShared: false, ...ALONE });
    runs[0]!({ isShared: false, ...ALONE });
    expect(told).toEqual(['1 shared']);
    ends[0]!();
    await new Promise(setImmediate);
    ask(2);
    runs[1]!({ isShared: true, ...ALONE });
    expect(told).toEqual(['1 shared', '2 shared']);
  });

  it('tells of each run that others may be concerned with', () => {
    const { ask, runs, told } = createCalls();
    ask(1);
    ask(2);
    runs[0]!({ isShared: true, ...ALONE });
    runs[0]!({ isShared: false, ...ALONE });
    runs[0]!({ isShared: false, ...ALONE });
    runs[1]!({ isShared: true, ...ALONE });
    runs[0]!({ isShared: false, ...ALONE });
    expect(told).toEqual(['1 shared', '1', '2 shared', '1']);
  });

  it('tells of one call again after a run of several', () => {
    const { ask, runs, told } = createCalls();
    ask(1);
    ask(2);
    runs[0]!({ isShared: false, isJoined: false });
    runs[1]!({ isShared: false, isJoined: true });
    runs[1]!({ isShared: false, ...ALONE });
    expect(told).toEqual(['1', '2', '2']);
  });
});
