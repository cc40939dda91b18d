import { expect, it } from 'vitest';
import { applyLoad } from './load.js';

/** A clock that moves only while somebody is answered. */
function createServer(answerMs: number) {
  let time = 0;
  let asked = 0;
  return {
    now: () => time,
    asked: () => asked,
    ask: () => {
      asked += 1;
      time += answerMs;
      return Promise.resolve();
    },
  };
}

it('answers count that came within the time, after the warm-up', async () => {
  const { now, ask } = createServer(100);
  const report = await applyLoad({ callers: 1, durationMs: 1000, warmUpMs: 250 }, ask, now);
  expect(report.latenciesMs).toEqual(Array.from({ length: 10 }, () => 100)); // at 300, 400, ... 1200
  expect(report.throughput).toBe(10);
});

it('callers ask at the same time', async () => {
  let most = 0;
  let running = 0;
  const ask = async () => {
    most = Math.max(most, (running += 1));
    await new Promise((resolve) => setTimeout(resolve, 5));
    running -= 1;
  };
  await applyLoad({ callers: 7, durationMs: 20 }, ask);
  expect(most).toBe(7);
});

it('a fault ends it', async () => {
  const { now, ask, asked } = createServer(10);
  const failing = async (caller: number) => {
    await ask();
    if (caller === 1) throw new Error('503');
  };
  await expect(applyLoad({ callers: 2, durationMs: 1e6 }, failing, now)).rejects.toThrow('503');
  expect(asked()).toBeLessThan(10);
});
