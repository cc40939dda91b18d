import { describe, expect, it, vi } from 'vitest';
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
