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

it('names the labels that are ranked worse than by a coin, though the mean over all labels is not', () => {
  const metrics: Record<string, Metric> = {
    auroc: { value: 0.45, interval95: [0.36, 0.55] },
    auroc_benign: { value: 0.233, interval95: [0.102, 0.38] },
    auroc_malignant: { value: 0.254, interval95: [0.09, 0.444] },
    auroc_normal: { value: 0.9, interval95: [0.8, 1] },
  };
  const labels = ['benign', 'malignant', 'normal'];
  expect(hintSwapped(metrics, labels)).toEqual([
    expect.stringMatching(/^The AUROC of benign 0\.233, malignant 0\.254 is worse than guessing: the labels benign, /),
  ]);
  const { auroc, auroc_normal } = metrics as Required<typeof metrics>;
  expect(hintSwapped({ auroc: auroc!, auroc_normal: auroc_normal! }, labels)).toEqual([]);
});
