import { describe, expect, it } from 'vitest';
import type { Segmentation, SegmentationAnswer } from '../contract/index.js';
import { fitImage } from '../image/preprocess/geometry.js';
import { decodeRle } from '../image/masks/rle.js';
import { testMasks } from '../testing/test-heads.js';
import { checkResult, toAnswer } from './index.js';

const size = { width: 2, height: 1 };
const maskOf = (label: string, ...logits: number[]) => ({
  ...{ label, size, logits: Float32Array.from(logits), threshold: 0, presence: 0.9, quality: 0.5 },
});
const others = [Float32Array.of(0, -9)];
const result: Segmentation = { masks: [maskOf('left', -2, 1), maskOf('right', -3, 3)], exclusive: { others } };

async function answerOf(given: Segmentation): Promise<SegmentationAnswer> {
  const geometry = fitImage({ width: 4, height: 2 }, { size: { width: 4, height: 2 }, fit: 'stretch' });
  const nowhere = { all: [], of: () => undefined };
  const answer = await toAnswer(testMasks, given, {
    ...{ trained: testMasks.trained, geometry, encodings: ['probabilities'], polygonTolerance: 0 },
    ...{ domains: nowhere, outOfDomain: 'refuse', isOwnModality: true },
  });
  return answer as SegmentationAnswer;
}

describe('masks that exclude one another', () => {
  it('share the image between them and what they compete with', async () => {
    const { masks } = await answerOf(result);
    // Both rows alike, at 0, 0.25, 0.75 and 1 of the way: the others 0, -2.25, -6.75, -9; left -2, -1.25, 0.25, 1; right -3, -1.5, 1.5, 3.
    expect(masks.map(({ rle }) => [...decodeRle(rle)])).toEqual([
      [0, 1, 0, 0, 0, 1, 0, 0],
      [0, 0, 1, 1, 0, 0, 1, 1],
    ]);
    expect(masks.map(({ threshold, area }) => [threshold, area])).toEqual([
      [0, 2],
      [0, 4],
    ]);
  });

  it('have probabilities of a softmax over all of them', async () => {
    const [left, right] = (await answerOf(result)).masks.map(({ probabilities }) => probabilities!.values);
    const sum = 1 + Math.exp(-2) + Math.exp(-3);
    expect(left![0]).toBeCloseTo(Math.exp(-2) / sum, 5);
    expect(right![0]).toBeCloseTo(Math.exp(-3) / sum, 5);
  });

  it.each<[string, unknown, string]>([
    ['without others', { ...result, exclusive: {} }, 'no list of others'],
    ['with NaN among the others', { ...result, exclusive: { others: [Float32Array.of(0, NaN)] } }, 'is not finite'],
    ['with others of another size', { ...result, exclusive: { others: [new Float32Array(3)] } }, 'exclusive.others[0]'],
    [
      'with probabilities',
      { ...result, masks: [{ ...maskOf('left'), logits: undefined, probabilities: Float32Array.of(0, 1) }] },
      'masks[0] has no logits',
    ],
    [
      'of two sizes',
      { ...result, masks: [maskOf('left', 0, 1), { ...maskOf('right', 1, 2, 3), size: { width: 3, height: 1 } }] },
      'masks[1] is of another size',
    ],
  ])('are refused %s', (_, given, message) => {
    expect(() => checkResult(testMasks, result)).not.toThrow();
    expect(() => checkResult(testMasks, given)).toThrow(message);
  });
});
