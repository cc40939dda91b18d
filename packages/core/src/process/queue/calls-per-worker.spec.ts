import { expect, it } from 'vitest';
import { findRoom } from './calls-per-worker.js';

it('findRoom is for twice as many calls as run together, where that is more than usual', () => {
  const roomOf = (...maxBatches: number[]) => findRoom(maxBatches.map((maxBatch) => ({ maxBatch })));
  expect([roomOf(), roomOf(1, 4), roomOf(1, 8, 4), findRoom(undefined)]).toEqual([4, 4, 16, 4]);
});
