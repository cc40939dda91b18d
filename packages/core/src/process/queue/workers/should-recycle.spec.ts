import { expect, it } from 'vitest';
import { shouldRecycle } from './should-recycle.js';

const MIB = 2 ** 20;
const stateOf = (budget: number | null, models: number, unreturned: number) => ({
  memory: [
    { device: 'cuda:0', budgetBytes: null, modelBytes: 0, unreturnedBytes: 0, evictions: 0 },
    {
      device: 'cpu',
      budgetBytes: budget === null ? null : budget * MIB,
      modelBytes: models * MIB,
      unreturnedBytes: unreturned * MIB,
      evictions: 1,
    },
  ],
});

it.each([
  ['no budget', null, 500, 5000, false],
  ['within the budget, all counted', 1000, 500, 500, false],
  ['a little above, which may be the measure', 100, 90, 40, false],
  ['above by more than a tenth', 1000, 500, 601, true],
  ['above by more than 32 MiB of a small one', 100, 90, 43, true],
  ['above because an open model takes more than was thought', 100, 400, 1, false],
])('%s', (_, budget, models, unreturned, expected) => {
  expect(shouldRecycle(stateOf(budget, models, unreturned))).toBe(expected);
});
