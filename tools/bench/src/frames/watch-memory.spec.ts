import { expect, it } from 'vitest';
import { memoryAt } from './watch-memory.js';

it('tells the median around each mark, where a walk that stays flat has no trend', () => {
  const samples = Array.from({ length: 500 }, (_, done) => ({ done, own: 100 + (done % 3), all: 1000 + 2 * done }));
  const [first, half, last] = memoryAt(samples, [50, 250, 500]);
  expect([first!.own, half!.own, last!.own]).toEqual([101, 101, 101]);
  expect(first).toMatchObject({ mark: 50, all: expect.closeTo(1100, -1.5) as number });
  expect(last!.all - first!.all).toBeGreaterThan(800);
});
