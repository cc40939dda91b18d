import { afterEach, beforeEach, describe, expect, it, vi, type MockInstance } from 'vitest';
import { createDoubling, createProven, createRuns, one, POISON, values } from '../../../test/batched-runs.js';
import { ZooError, type Session } from '../../contract/index.js';

let warn: MockInstance;
beforeEach(() => void (warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)));
afterEach(() => warn.mockRestore());

describe('a batch that fails', () => {
  it('is run again item by item, before what came later: only what is at fault fails', async () => {
    const { run, whileBusy, session, runs, events, batcher } = await createProven();
    const other = createDoubling();
    const results = await whileBusy(() => [
      ...[1, POISON, 3].map((value) => run(session, one(value))),
      run(other.session, one(4)).finally(() => runs.push([4])),
    ]);
    expect(values(results)).toEqual([2, 'no such luck', 6, 8]);
    expect(runs).toEqual([[1, POISON, 3], [1], [POISON], [3], [4]]);
    expect(events.slice(1, 4).map(({ batch, outcome }) => [batch, outcome])).toEqual(
      Array.from({ length: 3 }, () => [3, 'INFERENCE_FAILED']),
    );
    const of = { role: 'head', model: 'test' } as const;
    expect(batcher.maxBatchOf(session, of)).toBe(4);
    expect(warn).not.toHaveBeenCalled();
  });

  it('was too large if each item then runs well: later batches are smaller', async () => {
    const doubling = createDoubling({ most: 2 });
    const { run, whileBusy, session, runs } = await createProven({ maxBatch: 8 }, doubling);
    const ask = () => whileBusy(() => [1, 2, 3, 4].map((value) => run(session, one(value))));
    expect(values(await ask())).toEqual([2, 4, 6, 8]);
    expect(warn).toHaveBeenCalledExactlyOnceWith(
      expect.stringContaining('from now on a batch has at most 2'),
      'MedzooWarning',
    );
    runs.length = 0;
    expect(values(await ask())).toEqual([2, 4, 6, 8]);
    expect(runs).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  it('is not repeated where each item would fail as well', async () => {
    const { run, whileBusy } = createRuns({ maxBatch: 4 });
    const busy = vi.fn(() => Promise.reject(new ZooError('BUSY', 'come back later')));
    const session: Session = { provider: 'test', run: busy, close: () => Promise.resolve() };
    const results = await whileBusy(() => [1, 2].map((value) => run(session, one(value))));
    expect(values(results)).toEqual(['come back later', 'come back later']);
    expect(busy).toHaveBeenCalledTimes(1);
  });
});

it('a model whose items influence one another is found out by its first batch, and gives nobody such an answer', async () => {
  const { run, whileBusy } = createRuns({ maxBatch: 4 });
  const { session, runs } = createDoubling({ double: (value, all) => value / Math.max(...all) });
  const ask = () => whileBusy(() => [1, 2, 4].map((value) => run(session, one(value))));
  expect(values(await ask())).toEqual([1, 1, 1]);
  expect(warn).toHaveBeenCalledExactlyOnceWith(expect.stringContaining('form no batches'), 'MedzooWarning');
  runs.length = 0;
  expect(values(await ask())).toEqual([1, 1, 1]);
  expect(runs).toEqual([[1], [2], [4]]);
});
