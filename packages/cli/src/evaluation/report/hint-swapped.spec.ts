import { expect, it } from 'vitest';
import type { Metric } from './metrics.js';
import { hintSwapped } from './hint-swapped.js';

it.each<[Metric, number]>([
  [{ value: 0.2, interval95: [0.1, 0.4] }, 1],
  [{ value: 0.45, interval95: [0.2, 0.7] }, 0],
  [{ value: 0.4 }, 0],
  [{ value: 0 }, 1],
  [{ value: 0.9, interval95: [0.8, 1] }, 0],
])('of the AUROC %j gives %d warnings', (auroc, count) => {
  expect(hintSwapped({ auroc }, ['a', 'b'])).toHaveLength(count);
});
