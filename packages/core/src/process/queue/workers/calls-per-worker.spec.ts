import { expect, it } from 'vitest';
import { computeCallsPerWorker } from './calls-per-worker.js';

it('findRoom is for twice as many calls as run together, where that is more than usual', () => {
  const roomOf = (...maxBatches: number[]) => computeCallsPerWorker(maxBatches.map((maxBatch) => ({ maxBatch })));
  expect([roomOf(), roomOf(1, 4), roomOf(1, 8, 4), computeCallsPerWorker(undefined)]).toEqual([4, 4, 16, 4]);
});
