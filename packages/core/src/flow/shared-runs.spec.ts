import { describe, expect, it, vi } from 'vitest';
import type { SharedRank } from './shared-rank.js';
import { createSharedRuns } from './shared-runs.js';

/** A run that ends when told to. */
function createRun() {
  let end: (value: string) => void = () => undefined;
  const start = vi.fn<(signal: AbortSignal) => Promise<string>>(() => new Promise((resolve) => (end = resolve)));
  return { start, end: (value: string) => end(value) };
}

describe('createSharedRuns', () => {
  it('joins askers of one key while the run is pending, and only then', async () => {
    const share = createSharedRuns<string>();
    const run = createRun();
    const askers = [share('a', run.start), share('a', run.start)];
    run.end('first');
    expect(await Promise.all(askers)).toEqual([
      { value: 'first', isShared: false },
      { value: 'first', isShared: true },
    ]);
    const again = share('a', run.start);
    run.end('second');
    expect(await again).toEqual({ value: 'second', isShared: false });
  });

  it('fails for all who share a run, and for none after', async () => {
    const share = createSharedRuns<string>();
    const fail = () => Promise.reject(new Error('failed'));
    const askers = [share('a', fail), share('a', fail)];
    for (const asker of askers) await expect(asker).rejects.toThrow('failed');
    expect(await share('a', () => Promise.resolve('fine'))).toEqual({ value: 'fine', isShared: false });
  });

  it('goes on when an asker leaves, and aborts when the last has left', async () => {
    const share = createSharedRuns<string>();
    const run = createRun();
    const [first, second] = [new AbortController(), new AbortController()];
    const askers = [share('a', run.start, first.signal), share('a', run.start, second.signal)];
    const signal = run.start.mock.calls[0]![0];
    first.abort(new Error('first left'));
    await expect(askers[0]).rejects.toThrow('first left');
    expect(signal.aborted).toBe(false);
    second.abort(new Error('second left'));
    await expect(askers[1]).rejects.toThrow('second left');
    expect(signal.aborted).toBe(true);

    const other = createRun();
    const third = share('a', other.start);
    other.end('anew');
    expect(await third).toEqual({ value: 'anew', isShared: false });
  });
});

describe('the rank of a shared run', () => {
  const batch = { priority: 'batch', caller: 'nightly' } as const;
  const person = { priority: 'interactive', caller: 'ward 3' } as const;
  const never = () => new AbortController().signal;

  async function begin() {
    const share = createSharedRuns<string>();
    let rank: SharedRank | undefined;
    let end: (value: string) => void = () => undefined;
    const start = vi.fn((_: AbortSignal, shared: SharedRank) => {
      rank = shared;
      return new Promise<string>((resolve) => (end = resolve));
    });
    const first = share('a', start, never(), batch);
    await Promise.resolve();
    return { share, start, first, rank: rank!, end: () => end('done') };
  }

  it('is the best of its askers, also when a better one joins later, or leaves', async () => {
    const { share, start, first, rank, end } = await begin();
    const changes = vi.fn();
    rank.onChange(changes);
    expect(rank.current).toEqual(batch);
    const leaving = new AbortController();
    const second = share('a', start, leaving.signal, person);
    expect(rank.current).toEqual(person);
    const third = share('a', start, never(), { ...batch, caller: 'other' });
    expect(rank.current).toEqual(person);
    expect(changes).toHaveBeenCalledTimes(1);
    leaving.abort(new Error('left'));
    await expect(second).rejects.toThrow('left');
    expect(rank.current).toEqual(batch);
    expect(changes).toHaveBeenCalledTimes(2);
    end();
    expect((await Promise.all([first, third])).map(({ value }) => value)).toEqual(['done', 'done']);
    expect(start).toHaveBeenCalledTimes(1);
  });
});
