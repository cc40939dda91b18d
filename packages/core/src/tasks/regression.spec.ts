import { describe, expect, it } from 'vitest';
import type { AnalyzeOptions, PredictedValue, RegressionAnswer } from '../contract/index.js';
import { createFakeBackend } from '../testing/fake-backend.js';
import { ABROAD, AT_HOME, testDomainWith, withDomains } from '../testing/test-domains.js';
import { testValues } from '../testing/test-heads.js';
import { createTestImage } from '../testing/test-image.js';
import { createZoo } from '../zoo/create-zoo.js';
import { checkResult } from './index.js';

const image = await createTestImage();

async function ask(threshold: number, options: AnalyzeOptions = {}) {
  const head = withDomains(testValues, testDomainWith(threshold));
  const zoo = await createZoo({ heads: [head], backend: createFakeBackend() });
  return (await zoo.analyze(image, { 'test-values': {} }, options))['test-values'];
}

function valuesOf(answer: RegressionAnswer) {
  return answer.values.map(({ label, unit, interval }) => [label, unit, interval?.coverage]);
}

describe('a regression', () => {
  it('answers with units and with the interval that its model file has', async () => {
    const outcome = await ask(AT_HOME);
    if (!outcome.ok) throw outcome.error;
    expect(valuesOf(outcome.value)).toEqual([
      ['bone age', 'mo', 0.9],
      ['hand length', 'mm', undefined],
    ]);
    const [{ value, interval } = { value: NaN }] = outcome.value.values;
    expect(interval).toMatchObject({ lower: value - 14.5, upper: value + 14.5 });
    expect(outcome.value.domain).toMatchObject({ inDomain: true });
  });

  it('refuses an image of another kind, and warns without an interval where it is asked to', async () => {
    expect(await ask(ABROAD)).toMatchObject({
      ok: false,
      error: { code: 'OUT_OF_DOMAIN' },
      domain: { inDomain: false },
    });
    const warned = await ask(ABROAD, { outOfDomain: 'warn' });
    if (!warned.ok) throw warned.error;
    expect(valuesOf(warned.value)).toEqual([
      ['bone age', 'mo', undefined],
      ['hand length', 'mm', undefined],
    ]);
  });
});

describe('a result of a regression is refused', () => {
  const age: PredictedValue = { label: 'bone age', value: 120, interval: { lower: 110, upper: 130, coverage: 0.9 } };
  const length: PredictedValue = { label: 'hand length', value: 160 };

  it('unless it keeps the contract', () => {
    expect(() => checkResult(testValues, { values: [length, age] })).not.toThrow();
  });

  it.each<[string, unknown, string]>([
    ['without a list', { scores: [] }, 'no list of values'],
    ['with one number less', { values: [age] }, 'none for hand length'],
    ['with a label twice', { values: [age, age, length] }, 'for the second time'],
    ['with a label of its own', { values: [age, { ...length, label: 'height' }] }, 'none of bone age, hand length'],
    ['with NaN', { values: [age, { ...length, value: NaN }] }, 'values[1].value is NaN'],
    ['with an infinite number', { values: [age, { ...length, value: -Infinity }] }, 'no finite number'],
    ['with text for a number', { values: [age, { ...length, value: '160' }] }, 'no finite number'],
    ['with an interval beside its value', { values: [{ ...age, value: 99 }, length] }, 'is not within'],
    [
      'with an open interval',
      { values: [{ ...age, interval: { lower: 1, upper: Infinity, coverage: 0.9 } }, length] },
      'not between two finite numbers',
    ],
    [
      'with a coverage of all',
      { values: [{ ...age, interval: { lower: 1, upper: 999, coverage: 1 } }, length] },
      'not between 0 and 1',
    ],
  ])('%s', (_, result, message) => {
    expect(() => checkResult(testValues, result)).toThrow(message);
  });
});

it('a regression needs a unit for each of its labels', async () => {
  const { 'bone age': age } = testValues.trained.quantities!;
  const head = { ...testValues, trained: { ...testValues.trained, quantities: { 'bone age': age! } } };
  const making = createZoo({ heads: [head], backend: createFakeBackend() });
  await expect(making).rejects.toMatchObject({ code: 'INVALID_MANIFEST' });
  await expect(making).rejects.toThrow('has no unit for hand length');
});
