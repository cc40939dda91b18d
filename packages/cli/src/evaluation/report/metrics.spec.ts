import { expect, it } from 'vitest';
import { classMetrics } from './metrics.js';

const predictions = (truth: string, count: number, plausible?: readonly string[]) =>
  Array.from({ length: count }, (_, index) => ({
    ...{ truth, predicted: truth, probabilities: { [truth]: 0.9 }, ...(plausible && { plausible }) },
    ...{ row: { group: `${truth} ${plausible ? 'set' : 'none'} ${index}` } as never, provenance: {} as never },
  }));

it('counts of coverage the images that have a conformal set, and of a label those that truly have it', () => {
  const scores = [
    ...predictions('glioma', 6, ['glioma']),
    ...predictions('pituitary', 20, ['glioma']),
    ...predictions('pituitary', 4),
  ];
  expect(classMetrics(scores, 1)).toMatchObject({
    ...{ accuracy: { value: 1, n: 30 }, auroc_glioma: { n: 30 } },
    ...{ coverage: { n: 26 }, set_size: { value: 1, n: 26 } },
    ...{ coverage_glioma: { value: 1, n: 6 }, coverage_pituitary: { value: 0, n: 20 } },
  });
});
