import { describe, expect, it } from 'vitest';
import { planShares, type Processes } from './plan-shares.js';

describe('planShares', () => {
  it.each<[Processes, number, unknown]>([
    [1, 8, [{}]],
    [2, 5, [{ threads: 2 }, { threads: 2 }]],
    [3, 2, [{ threads: 1 }, { threads: 1 }, { threads: 1 }]],
    ['auto', 1, [{}]],
    ['auto', 2, [{ threads: 1 }, { threads: 1 }]],
    ['auto', 3, [{ threads: 1 }, { threads: 1 }]],
    ['auto', 4, [{ threads: 2 }, { threads: 2 }]],
    ['auto', 16, Array.from({ length: 8 }, () => ({ threads: 2 }))],
    [{ devices: [1] }, 8, [{ device: 1 }]],
    [
      { devices: [0, 2] },
      8,
      [
        { threads: 4, device: 0 },
        { threads: 4, device: 2 },
      ],
    ],
  ])('%j on %i cores', (processes, cores, shares) => {
    expect(planShares(processes, cores)).toEqual(shares);
  });

  it.each([0, 1.5, -1, NaN, 65, 'two', { devices: [] }, { devices: [0, 0] }, { devices: ['a'] }, {}])(
    'refuses %j',
    (processes) => {
      expect(() => planShares(processes as Processes, 4)).toThrow(/^processes is a number from 1 to 64/);
    },
  );
});
