import { setTimeout } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import type { Session, Tensors } from '../../contract/index.js';
import { createDeviceScheduler } from './device-scheduler.js';

/** A session whose runs take a while, and that knows how many are under way. */
function createSlowSession(millis: number): Session & { readonly mostAtOnce: () => number } {
  let now = 0;
  let most = 0;
  return {
    provider: 'test',
    async run(): Promise<Tensors> {
      most = Math.max(most, (now += 1));
      await setTimeout(millis);
      now -= 1;
      return {};
    },
    close: () => Promise.resolve(),
    mostAtOnce: () => most,
  };
}

const of = { role: 'head', model: 'test' } as const;
const asker = { ...of, priority: 'interactive', caller: '', signal: new AbortController().signal } as const;

it('runs of a blocking backend take turns, and none counts its wait for the others', async () => {
  const session = createSlowSession(30);
  const run = createDeviceScheduler({ isBlocking: true });
  const startedAt = performance.now();
  const runs = await Promise.all([1, 2, 3, 4].map(() => run(session, {}, asker)));
  const total = performance.now() - startedAt;
  expect(session.mostAtOnce()).toBe(1);
  expect(runs.reduce((sum, { ms }) => sum + ms, 0)).toBeLessThanOrEqual(total + 1);
});

it('runs of other backends go side by side', async () => {
  const session = createSlowSession(5);
  const run = createDeviceScheduler({});
  await Promise.all([1, 2, 3].map(() => run(session, {}, asker)));
  expect(session.mostAtOnce()).toBe(3);
});

it('a caller who has left does not wait in the queue, and the next one runs', async () => {
  const session = createSlowSession(20);
  const run = createDeviceScheduler({ isBlocking: true });
  const first = run(session, {}, asker);
  await expect(run(session, {}, { ...asker, signal: AbortSignal.abort(new Error('left')) })).rejects.toThrow('left');
  await first;
  expect((await run(session, {}, asker)).value).toEqual({});
});

it('a caller who leaves the queue does so at once, and never runs', async () => {
  const session = createSlowSession(20);
  const runs = vi.spyOn(session, 'run');
  const run = createDeviceScheduler({ isBlocking: true });
  const controller = new AbortController();
  const first = run(session, {}, asker);
  const second = run(session, {}, { ...asker, signal: controller.signal });
  controller.abort(new Error('left'));
  await expect(second).rejects.toThrow('left');
  expect(session.mostAtOnce()).toBe(1); // the first still runs
  await Promise.all([first, run(session, {}, asker)]);
  expect(runs).toHaveBeenCalledTimes(2);
});

it('interactive work passes batch work, and a run that fails does not stop the next', async () => {
  const order: string[] = [];
  const run = createDeviceScheduler({ isBlocking: true });
  const sessionOf = (name: string): Session => ({
    ...createSlowSession(1),
    run() {
      order.push(name);
      return name === 'first' ? Promise.reject(new Error('broken')) : Promise.resolve({});
    },
  });
  const runs = await Promise.allSettled([
    run(sessionOf('first'), {}, asker),
    run(sessionOf('batch'), {}, { ...asker, priority: 'batch' }),
    run(sessionOf('interactive'), {}, asker),
  ]);
  expect(order).toEqual(['first', 'interactive', 'batch']);
  expect(runs.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
});
