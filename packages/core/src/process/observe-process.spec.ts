import { afterAll, describe, expect, it } from 'vitest';
import type { ZooEvent } from '../contract/index.js';
import { createTestImage } from '../testing/test-image.js';
import type { testClasses } from '../testing/test-heads.js';
import { connectZoo } from './connect-zoo.js';
import type { PendingCall } from './queue/calls/pending-call.js';
import { observeProcess } from './observe-process.js';

/** Starts from the build: `npm test` makes it. */
const config = new URL('../../test/test-zoo.config.mjs', import.meta.url);

describe('a zoo in a process of its own, observed', async () => {
  const events: ZooEvent[] = [];
  const zoo = await connectZoo<readonly [typeof testClasses]>({
    config,
    observer: (...told) => void events.push(...told), // one event at a time, and nothing beside it
  });
  afterAll(() => zoo.close());
  const image = await createTestImage();

  it('tells of its start, then of each call what both processes saw, before the answer is there', async () => {
    expect(events.map(({ type }) => type)).toEqual(['start']);
    await zoo.analyze(image, { 'test-classes': {} }, { trace: 'request-7' });
    const told = events.filter((event) => 'trace' in event && event.trace === 'request-7');
    expect(told.map(({ type }) => type)).toEqual(['wait', 'answer', 'run', 'embedding', 'run', 'analysis', 'call']);
    const [analysis, call] = [told.at(-2), told.at(-1)] as { startedAt: number; ms: number }[];
    expect(call!.ms).toBeGreaterThan(analysis!.ms);
    expect(Math.abs(analysis!.startedAt - call!.startedAt)).toBeLessThan(60_000); // both since 1970
  });

  it('tells of a process that ended, and of the one that takes its place', async () => {
    events.length = 0;
    process.kill(zoo.runtime().processes[0]!.pid, 'SIGKILL');
    await expect.poll(() => events.map(({ type }) => type), { timeout: 20_000 }).toEqual(['exit', 'start']);
    expect(events[0]).toEqual({ type: 'exit', cause: 'crashed' });
  });
});

describe('what the asking process tells', () => {
  const events: ZooEvent[] = [];
  const watch = observeProcess((event) => void events.push(event))!;

  it('is nothing, and costs nothing, without an observer', () => {
    expect(observeProcess(undefined)).toBeUndefined();
  });

  it.each([
    ['refused', { priority: 'batch' }, 'batch'],
    ['refused for its priority', { priority: 'patient 7' }, 'interactive'],
  ])('never has what a caller wrote as a priority: %s', async (_case, options, priority) => {
    const analyze = watch.analyze(() => Promise.reject(new Error('no')));
    await expect(analyze(new Uint8Array(1), {}, options as object)).rejects.toThrow('no');
    expect(events.at(-1)).toMatchObject({ type: 'call', priority, outcome: 'OTHER' });
  });

  it('has how long a call waited, and why a process ended; not that it was closed', () => {
    const waited = { queuedAt: performance.now() - 50, rank: { priority: 'batch' as const, caller: '' }, options: {} };
    watch.onTaken(waited as Partial<PendingCall> as PendingCall);
    const wait = events.at(-1) as Extract<ZooEvent, { type: 'wait' }>;
    expect(wait).toMatchObject({ type: 'wait', priority: 'batch' });
    expect(wait.ms).toBeGreaterThanOrEqual(50);
    watch.onExit({ code: null, signal: 'SIGKILL', cause: 'cancelled' });
    watch.onExit({ code: 0, signal: null, cause: 'closed' });
    expect(events.at(-1)).toEqual({ type: 'exit', cause: 'cancelled' });
  });
});
