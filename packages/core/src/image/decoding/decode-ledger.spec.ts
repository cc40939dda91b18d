import { describe, expect, it } from 'vitest';
import { createDecodeLedger } from './decode-ledger.js';

/** Work that ends when it is told to. */
function createWork() {
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  const work = { hasBegun: false, end: () => end(), run: () => ((work.hasBegun = true), ended) };
  return work;
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the ledger of memory for decoding', () => {
  it('lets in what fits together, and the next ones in their order', async () => {
    const ledger = createDecodeLedger();
    const works = [60, 40, 30, 10].map((bytes) => ({ bytes, ...createWork() }));
    const running = works.map((work) => {
      const begun = { hasBegun: false };
      const done = ledger.use(work.bytes, 100, () => ((begun.hasBegun = true), work.run()));
      return { begun, done, end: work.end };
    });
    await settle();
    expect(running.map(({ begun }) => begun.hasBegun)).toEqual([true, true, false, false]);
    expect(ledger.usedBytes).toBe(100);
    running[1]!.end();
    await running[1]!.done;
    await settle();
    expect(running.map(({ begun }) => begun.hasBegun)).toEqual([true, true, true, true]);
    for (const { end } of running) end();
    await Promise.all(running.map(({ done }) => done));
    expect(ledger.usedBytes).toBe(0);
  });

  it('runs alone what needs more than there is', async () => {
    const ledger = createDecodeLedger();
    const [large, small] = [createWork(), createWork()];
    const both = [ledger.use(1000, 100, large.run), ledger.use(1, 100, small.run)];
    await settle();
    expect([large.hasBegun, small.hasBegun]).toEqual([true, false]);
    large.end();
    small.end();
    await Promise.all(both);
  });

  it('gives memory back after a failure, and forgets who left', async () => {
    const ledger = createDecodeLedger();
    await expect(ledger.use(100, 100, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    const [first, last] = [createWork(), createWork()];
    const leaving = new AbortController();
    const running = ledger.use(50, 100, first.run);
    const left = ledger.use(100, 100, () => Promise.resolve(), leaving.signal);
    const next = ledger.use(50, 100, last.run);
    await settle();
    expect(last.hasBegun).toBe(false);
    leaving.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
    await settle();
    expect(last.hasBegun).toBe(true);
    first.end();
    last.end();
    await Promise.all([running, next]);
    expect(ledger.usedBytes).toBe(0);
  });
});
