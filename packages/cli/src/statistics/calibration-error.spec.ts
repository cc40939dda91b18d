import { expect, it } from 'vitest';
import { calibrationError, errorIfCalibrated } from './calibration-error.js';

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

it('errorIfCalibrated is what luck alone makes of few images, and less of many', () => {
  const few = errorIfCalibrated(
    Array.from({ length: 20 }, () => said('ill', 0.75)),
    1,
  );
  // All in one bin: the gap is that of a binomial share, whose mean deviation is about sqrt(2 p (1 - p) / (pi n)).
  expect(few.value).toBeCloseTo(Math.sqrt((2 * 0.75 * 0.25) / (Math.PI * 20)), 2);
  const many = errorIfCalibrated(
    Array.from({ length: 2000 }, () => said('well', 0.75)),
    1,
  );
  expect(many.value).toBeLessThan(few.value / 5);
  expect(many.interval95[1]).toBeLessThan(0.03);
  expect(errorIfCalibrated([said('ill', 1)], 1)).toEqual({ value: 0, interval95: [0, 0] });
  expect(errorIfCalibrated([], 1).value).toBeNaN();
});
