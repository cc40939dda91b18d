import { setTimeout } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { Session, Tensors } from '../contract/index.js';
import { createRunInTurn } from './run-in-turn.js';

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

const never = new AbortController().signal;

it('runs of a blocking backend take turns, and none counts its wait for the others', async () => {
  const session = createSlowSession(30);
  const run = createRunInTurn({ isBlocking: true });
  const startedAt = performance.now();
  const runs = await Promise.all([1, 2, 3, 4].map(() => run(session, {}, never)));
  const total = performance.now() - startedAt;
  expect(session.mostAtOnce()).toBe(1);
  expect(runs.reduce((sum, { ms }) => sum + ms, 0)).toBeLessThanOrEqual(total + 1);
});

it('runs of other backends go side by side', async () => {
  const session = createSlowSession(5);
  const run = createRunInTurn({});
  await Promise.all([1, 2, 3].map(() => run(session, {}, never)));
  expect(session.mostAtOnce()).toBe(3);
});

it('an asker who leaves does not wait for the turn, and the next one comes', async () => {
  const session = createSlowSession(20);
  const run = createRunInTurn({ isBlocking: true });
  const first = run(session, {}, never);
  await expect(run(session, {}, AbortSignal.abort(new Error('left')))).rejects.toThrow('left');
  await first;
  expect((await run(session, {}, never)).value).toEqual({});
});
