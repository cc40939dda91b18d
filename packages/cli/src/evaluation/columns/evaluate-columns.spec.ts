import { createZoo, type Answer, type Head } from '@medzoo/core';
import { testKeypoints, testMultilabel, testValues } from '@medzoo/core/testing';
import { expect, it } from 'vitest';
import { metricsOf } from '../../record/metrics-of.js';
import { paintImage } from '../../testing/paint-image.js';
import { writeDataSet } from '../../testing/write-data-set.js';
import { formatReport } from '../report/format-report.js';
import { valueRules } from './compare-values.js';
import { runEvaluation, type EvaluationOptions } from '../run-evaluation.js';

const SIZE = { width: 40, height: 30 };
const IMAGES = await Promise.all(
  Array.from({ length: 10 }, (_, index) =>
    paintImage(SIZE, { x: 2 * index, y: index, width: 18, height: 12 }, 25 * index, 200)
      .png()
      .toBuffer(),
  ),
);

/** What the head answers about each image: truths are written as far from it as a test wants. */
async function answersOf(head: Head): Promise<readonly Answer[]> {
  const zoo = await createZoo({ heads: [head] });
  const answers = await Promise.all(
    IMAGES.map(async (image) => {
      const outcome = (await zoo.analyze(image, { [head.manifest.id]: {} }))[head.manifest.id]!;
      if (!outcome.ok) throw outcome.error;
      return outcome.value;
    }),
  );
  await zoo.close();
  return answers;
}

async function evaluate(
  head: Head,
  columns: readonly string[],
  rowOf: (index: number) => readonly (number | '')[],
  more: Partial<EvaluationOptions> = {},
) {
  const lines = IMAGES.map((_, index) => [`i${index}.png`, ...rowOf(index)].join(','));
  const files = Object.fromEntries(IMAGES.map((image, index) => [`i${index}.png`, image]));
  const data = await writeDataSet('set', [['image', ...columns].join(','), ...lines, ''].join('\n'), files);
  return runEvaluation({
    ...{ config: { heads: [head] }, data, head: undefined, target: undefined, isPrompted: false },
    ...{ outOfDomain: 'refuse', split: 'test', excludedLabels: [], limit: undefined, seed: 1 },
    onProgress: () => undefined,
    ...more,
  });
}

const values = (await answersOf(testValues)).map((answer) => (answer.task === 'regression' ? answer.values : []));
const points = (await answersOf(testKeypoints)).map((answer) => (answer.task === 'keypoints' ? answer.points : []));
const labels = (await answersOf(testMultilabel)).map((answer) => (answer.task === 'multilabel' ? answer : undefined)!);

it('measures numbers by their errors, with intervals, and how often these hold', async () => {
  // Off by 2 and -4 in turn, but once by 20, which is beyond the interval of 14.5.
  const offsetOf = (index: number): number => (index === 0 ? 20 : index % 2 === 0 ? 2 : -4);
  const { report, because, warnings } = await evaluate(testValues, ['bone_age_mo'], (index) => [
    values[index]![0]!.value + offsetOf(index),
  ]);
  expect(because).toBe('the columns bone_age_mo');
  expect(warnings).toContain('Not measured, without a column in the index: hand length.');
  const { metrics } = report;
  expect(report).toMatchObject({ task: 'regression', n: 10, n_failed: 0 });
  expect(metrics['mae_bone age']!.value).toBeCloseTo((20 + 4 * 2 + 5 * 4) / 10, 4);
  expect(metrics['mae_bone age']!.interval95).toHaveLength(2);
  expect(metrics['error_bone age']!.value).toBeCloseTo((-20 - 4 * 2 + 5 * 4) / 10, 4);
  expect(metrics['interval_coverage_bone age']!.value).toBeCloseTo(0.9);
  expect(formatReport(report, because)).toContain('absolute error, mean, bone age');
  expect(metricsOf(report, testValues.trained.labels)[0]).toMatchObject({ name: 'mae', label: 'bone age', n: 10 });
});

it('does not give the mean error of one label as the median of another', () => {
  // Errors of 1, 1 and 10 of nerve; of 5 each of median_nerve.
  const scores = [1, 1, 10].map((difference, index) => ({
    row: { group: `${index}` },
    byLabel: { nerve: { difference, isWithin: undefined }, median_nerve: { difference: 5, isWithin: undefined } },
  }));
  const metrics = (names: readonly string[]) => valueRules.measure(scores as never, names, 1);
  expect(metrics(['nerve']).mae_median_nerve!.value).toBe(1);
  for (const names of [
    ['nerve', 'median_nerve'],
    ['median_nerve', 'nerve'],
  ]) {
    const found = metrics(names);
    expect([found.mae_nerve!.value, found.mae_median_nerve!.value, found.mae_median_median_nerve!.value]).toEqual([
      4, 5, 5,
    ]);
  }
});

it('counts for each number the images that it is of, and takes the interval over their groups', () => {
  // Of ten images eight have a true value; the last three are of another kind, so that their answers have no interval.
  const scores = Array.from({ length: 10 }, (_, index) => ({
    row: { group: `${index}` },
    byLabel: index < 2 ? {} : { age: { difference: index, isWithin: index < 7 ? index % 2 === 0 : undefined } },
  }));
  const { mae_age: mae, interval_coverage_age: covered } = valueRules.measure(scores as never, ['age'], 1);
  expect(mae).toMatchObject({ value: 5.5, n: 8 });
  expect(mae!.interval95).toHaveLength(2);
  // Three of five, and of five groups there is no interval.
  expect(covered).toEqual({ value: 0.6, n: 5 });
});

it('measures points by distance, in mm where the index says how large pixels are, and counts those called absent', async () => {
  const present = points.map((all) => all[0]!.point!);
  const { report } = await evaluate(testKeypoints, ['tip_x', 'tip_y', 'pixel_size_mm'], (index) => [
    present[index]!.x + 3,
    present[index]!.y - (index === 0 ? 4 : 0),
    0.5,
  ]);
  const { metrics } = report;
  expect(metrics.mean_distance_px!.value).toBeCloseTo((5 + 9 * 3) / 10, 4);
  expect(metrics.mean_distance_mm!.value).toBeCloseTo((5 + 9 * 3) / 20, 4);
  // 5 % of the diagonal of 50 pixels are 2.5.
  expect(metrics).toMatchObject({ pck_5: { value: 0 }, missed: { value: 0 } });

  const never = { ...testKeypoints.trained, presenceThresholds: { tip: 1 } };
  const absent = await evaluate({ ...testKeypoints, trained: never }, ['tip_x', 'tip_y'], () => [1, 1]);
  expect(absent.report.metrics).toMatchObject({ missed: { value: 1 }, pck_5: { value: 0 } });
  expect(absent.report.metrics).not.toHaveProperty('mean_distance_px');
});

it('fails an image whose true place lies outside of it, such as -1 for a point that is not there', async () => {
  const { report } = await evaluate(testKeypoints, ['tip_x', 'tip_y'], (index) => [
    index === 0 ? -1 : index === 1 ? 1000 : points[index]![0]!.point!.x,
    index === 0 ? -1 : points[index]![0]!.point!.y,
  ]);
  expect(report).toMatchObject({ n: 8, n_failed: 2, metrics: { mean_distance_px: { n: 8 } } });
  expect(report.metrics.mean_distance_px!.value).toBeLessThan(0.01);
});

it('measures each of several labels by itself, and leaves out what is uncertain', async () => {
  const probabilityOf = (index: number, label: string): number =>
    labels[index]!.scores.find((score) => score.label === label)!.probability;
  const sorted = labels.map((_, index) => probabilityOf(index, 'mass')).toSorted((a, b) => a - b);
  const { report, because } = await evaluate(testMultilabel, ['mass', 'fracture'], (index) => [
    probabilityOf(index, 'mass') >= sorted[5]! ? 1 : 0,
    index === 0 ? -1 : index === 1 ? '' : 1,
  ]);
  const { metrics } = report;
  expect(metrics).toMatchObject({ auroc_mass: { value: 1, n: 10 }, auroc: { value: 1 }, f1_fracture: { n: 8 } });
  // Sensitivity is of the images that have the label, specificity of those that do not.
  const masses = labels.filter((_, index) => probabilityOf(index, 'mass') >= sorted[5]!).length;
  expect(masses).toBeLessThan(10);
  expect(metrics).toMatchObject({ sensitivity_mass: { n: masses }, specificity_mass: { n: 10 - masses } });
  expect(metrics).not.toHaveProperty('auroc_fracture'); // all of it is positive
  const called = labels.filter((answer, index) => index > 1 && answer.labels.includes('fracture')).length;
  expect(metrics.sensitivity_fracture!.value).toBeCloseTo(called / 8, 4);
  expect(because).toBe('the columns mass, fracture');
});

it.each<[string, readonly string[], (index: number) => readonly (number | '')[], string]>([
  ['a set without a column of a label', ['age'], () => [3], 'The set has none of masks, labels, columns of values'],
  ['text in the place of numbers', ['bone_age'], () => ['old' as never], 'Expected a number in the column bone_age'],
])('refuses %s', async (_, columns, rowOf, message) => {
  await expect(evaluate(testValues, columns, rowOf)).rejects.toThrow(message);
});

it('says of a head that is named which column it misses', async () => {
  const named = evaluate(testValues, ['age'], () => [3], { head: 'test-values' });
  await expect(named).rejects.toThrow('The set has no columns of values, which the head "test-values"');
});
