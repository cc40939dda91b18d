import { describe, expect, it } from 'vitest';
import type { AnalyzeOptions, LabelScore } from '../contract/index.js';
import { createFakeBackend } from '../testing/fake-backend.js';
import { ABROAD, AT_HOME, testDomainWith, withDomains } from '../testing/test-domains.js';
import { testMultilabel } from '../testing/test-heads.js';
import { createTestImage } from '../testing/test-image.js';
import { createZoo } from '../zoo/create-zoo.js';
import { checkResult } from './index.js';

const SCORES: readonly LabelScore[] = [
  { label: 'effusion', probability: 0.49, threshold: 0.5 },
  { label: 'mass', probability: 0.3, threshold: 0.3 },
  { label: 'fracture', probability: 0.9, threshold: 0.5 },
];

async function ask(threshold: number, options: AnalyzeOptions = {}) {
  const head = { ...withDomains(testMultilabel, testDomainWith(threshold)), decode: () => ({ scores: SCORES }) };
  const zoo = await createZoo({ heads: [head], backend: createFakeBackend() });
  return (await zoo.analyze(await createTestImage(), { 'test-multilabel': {} }, options))['test-multilabel'];
}

describe('several labels of one image', () => {
  it('are those that reach their thresholds, most probable first, among the scores of all', async () => {
    const outcome = await ask(AT_HOME);
    expect(outcome).toMatchObject({ ok: true, value: { task: 'multilabel', labels: ['fracture', 'mass'] } });
    const scores = [SCORES[2], SCORES[0], SCORES[1]];
    expect(outcome).toMatchObject({ ok: true, value: { scores, domain: { inDomain: true } } });
  });

  it('are not told of an image of another kind, unless the caller asks', async () => {
    expect(await ask(ABROAD)).toMatchObject({ ok: false, error: { code: 'OUT_OF_DOMAIN' } });
    const warned = await ask(ABROAD, { outOfDomain: 'warn' });
    expect(warned).toMatchObject({ ok: true, value: { domain: { inDomain: false } } });
  });
});

describe('a result of several labels is refused', () => {
  const [effusion, mass, fracture] = SCORES;

  it.each<[string, unknown, string]>([
    ['without a list', {}, 'no list of scores'],
    ['with one label less', { scores: [effusion, mass] }, 'none for fracture'],
    ['with a label twice', { scores: [effusion, mass, mass] }, 'for the second time'],
    ['with NaN', { scores: [effusion, mass, { ...fracture, probability: NaN }] }, 'scores[2].probability is NaN'],
    ['with a logit', { scores: [effusion, mass, { ...fracture, probability: 2 }] }, 'not from 0 to 1'],
    [
      'without a threshold',
      { scores: [effusion, mass, { label: 'fracture', probability: 0.5 }] },
      'scores[2].threshold',
    ],
  ])('%s', (_, result, message) => {
    expect(() => checkResult(testMultilabel, { scores: SCORES })).not.toThrow();
    expect(() => checkResult(testMultilabel, result)).toThrow(message);
  });
});
