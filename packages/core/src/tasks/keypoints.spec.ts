import { describe, expect, it } from 'vitest';
import type { AnalyzeOptions, Keypoints, ModelPoint } from '../contract/index.js';
import { fitImage } from '../image/preprocess/geometry.js';
import { createFakeBackend } from '../testing/fake-backend.js';
import { ABROAD, testDomainWith, withDomains } from '../testing/test-domains.js';
import { testKeypoints } from '../testing/test-heads.js';
import { createTestImage } from '../testing/test-image.js';
import { createZoo } from '../zoo/create-zoo.js';
import { checkResult, toAnswer } from './index.js';

const tip: ModelPoint = { label: 'tip', x: 0.25, y: 0.5, presence: 0.9 };
const carina: ModelPoint = { label: 'carina', x: 0.75, y: 1 };

async function pointsOf(fit: 'stretch' | 'letterbox', points: Keypoints['points']) {
  const geometry = fitImage({ width: 40, height: 10 }, { size: { width: 16, height: 16 }, fit });
  const nowhere = { all: [], of: () => undefined };
  const context = { trained: testKeypoints.trained, geometry, encodings: [], polygonTolerance: 0, domains: nowhere };
  const answer = await toAnswer(testKeypoints, { points }, { ...context, outOfDomain: 'refuse', isOwnModality: true });
  if (answer.task !== 'keypoints') throw new Error(answer.task);
  return answer.points;
}

describe('keypoints', () => {
  it('are in pixels of the image', async () => {
    expect(await pointsOf('stretch', [tip, carina])).toEqual([
      { label: 'tip', point: { x: 10, y: 5 }, presence: 0.9 },
      { label: 'carina', point: { x: 30, y: 10 } },
    ]);
  });

  it('are absent in what the encoder pads the image with, and outside of its input', async () => {
    // The image is the upper quarter of the input.
    const [inside, padded] = await pointsOf('letterbox', [{ ...tip, y: 0.125 }, carina]);
    expect(inside).toMatchObject({ point: { x: 10, y: 5 } });
    expect(padded).toEqual({ label: 'carina', point: null, absentBecause: 'outside' });
    const [left] = await pointsOf('stretch', [{ ...tip, x: -0.01 }]);
    expect(left).toEqual({ label: 'tip', point: null, presence: 0.9, absentBecause: 'outside' });
  });

  it('are absent where their presence is below the threshold of the model file', async () => {
    const [absent, present] = await pointsOf('stretch', [
      { ...carina, presence: 0.04 },
      { ...tip, presence: 0 },
    ]);
    expect(absent).toEqual({ label: 'carina', point: null, presence: 0.04, absentBecause: 'presence' });
    expect(present).toMatchObject({ point: { x: 10, y: 5 }, presence: 0 });
  });

  it('are not looked for in an image of another kind, unless the caller asks', async () => {
    const head = withDomains(testKeypoints, testDomainWith(ABROAD));
    const zoo = await createZoo({ heads: [head], backend: createFakeBackend() });
    const ask = async (options: AnalyzeOptions) =>
      (await zoo.analyze(await createTestImage(), { 'test-keypoints': {} }, options))['test-keypoints'];
    expect(await ask({})).toMatchObject({ ok: false, error: { code: 'OUT_OF_DOMAIN' } });
    expect(await ask({ outOfDomain: 'warn' })).toMatchObject({ ok: true, value: { domain: { inDomain: false } } });
  });
});

describe('a result of keypoints is refused', () => {
  it.each<[string, unknown, string]>([
    ['without a list', { masks: [] }, 'no list of points'],
    ['with one point less', { points: [tip] }, 'none for carina'],
    ['with a point twice', { points: [tip, tip, carina] }, 'for the second time'],
    ['with NaN', { points: [tip, { ...carina, y: NaN }] }, 'points[1].y is NaN'],
    ['with an infinite place', { points: [{ ...tip, x: Infinity }, carina] }, 'no finite number'],
    ['with a presence above 1', { points: [{ ...tip, presence: 1.5 }, carina] }, 'not from 0 to 1'],
  ])('%s', (_, result, message) => {
    expect(() => checkResult(testKeypoints, { points: [tip, carina] })).not.toThrow();
    expect(() => checkResult(testKeypoints, result)).toThrow(message);
  });
});
