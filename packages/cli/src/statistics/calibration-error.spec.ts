import { expect, it } from 'vitest';
import { calibrationError } from './calibration-error.js';

const said = (truth: string, ill: number) => ({
  truth,
  predicted: ill >= 0.5 ? 'ill' : 'well',
  probabilities: { ill, well: 1 - ill },
});

it('calibrationError weighs the gaps of the bins by their images', () => {
  // Bin 0.8..0.867: three at 0.81, one of them wrong: |0.81 - 2/3|. Bin 0.933..1: one at 0.95, right: 0.05.
  const predictions = [said('ill', 0.81), said('ill', 0.81), said('well', 0.81), said('well', 0.05)];
  expect(calibrationError(predictions)).toBeCloseTo((3 * (0.81 - 2 / 3) + 0.05) / 4);
});

it('calibrationError is 0 for certainty that is right', () => {
  expect(calibrationError([said('ill', 1), said('well', 0)])).toBe(0);
});
