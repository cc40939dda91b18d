import { describe, expect, it } from 'vitest';
import type { ClassificationAnswer, ProbabilityMask, SegmentationAnswer, TrainedModel } from '../contract/index.js';
import { decodeImage } from '../image/decoding/decode-image.js';
import { fitImage } from '../image/preprocess/geometry.js';
import { testClasses, testMasks } from '../testing/test-heads.js';
import { toAnswer, type AnswerContext } from './index.js';

const image = { width: 12, height: 8 };
const geometry = fitImage(image, { size: { width: 4, height: 4 }, fit: 'stretch' });
/** The left half is 0.9, the right half 0.1. */
const mask: ProbabilityMask = {
  label: 'left',
  size: { width: 4, height: 2 },
  probabilities: Float32Array.of(0.9, 0.9, 0.1, 0.1, 0.9, 0.9, 0.1, 0.1),
  threshold: 0.5,
  presence: 0.3,
  quality: 0.8,
};

const atHome = { domains: { all: [], of: () => undefined }, outOfDomain: 'refuse', isOwnModality: true } as const;

const trainedWith = (changes: Partial<TrainedModel>): TrainedModel => ({ ...testMasks.trained, ...changes });

async function segment(changes: Partial<TrainedModel> = {}, encodings: AnswerContext['encodings'] = []) {
  const context = { trained: trainedWith(changes), geometry, encodings, polygonTolerance: 0, ...atHome };
  const answer = await toAnswer(testMasks, { masks: [mask] }, context);
  if (answer.task !== 'segmentation') throw new Error(answer.task);
  return answer.masks[0]!;
}

describe('a segmentation', () => {
  it('is measured in the pixels of the image', async () => {
    expect(await segment({ presenceThresholds: {} })).toEqual({
      label: 'left',
      presence: 0.3,
      quality: 0.8,
      threshold: 0.5,
      rle: { size: image, counts: expect.any(String) as string },
      area: 48,
      areaFraction: 0.5,
      boundingBox: { x: 0, y: 0, width: 6, height: 8 },
    });
  });

  it('is the same mask from logits as from probabilities', async () => {
    const { probabilities, ...rest } = mask;
    const logits = probabilities.map((p) => Math.log(p / (1 - p)));
    const context = {
      trained: trainedWith({}),
      geometry,
      encodings: ['probabilities'] as const,
      polygonTolerance: 0,
      ...atHome,
      ...atHome,
    };
    const [given, same] = await Promise.all(
      [mask, { ...rest, logits }].map((one) => toAnswer(testMasks, { masks: [one] }, context)),
    );
    const [expected, found] = [given, same].map((answer) => (answer as SegmentationAnswer).masks[0]!);
    expect(found!.rle).toEqual(expected!.rle);
    found!.probabilities!.values.forEach((value, index) => expect(value).toBeCloseTo(probabilities[index]!));
  });

  it('is empty where the target is more probably absent than its threshold allows', async () => {
    const absent = await segment({ presenceThresholds: { left: 0.31 } });
    expect(absent).toMatchObject({ area: 0, areaFraction: 0, boundingBox: null, presence: 0.3, rle: { size: image } });
    expect(await segment({ presenceThresholds: { left: 0.3 } })).toMatchObject({ area: 48 });
  });

  it('has further encodings when they are asked for', async () => {
    const answer = await segment({ presenceThresholds: {} }, ['polygons', 'png', 'probabilities']);
    const corners = [0, 6].flatMap((x) => [0, 8].map((y) => ({ x, y })));
    expect(answer.polygons).toEqual([{ exterior: expect.arrayContaining(corners) as unknown, holes: [] }]);
    expect(answer.probabilities).toEqual({ size: mask.size, values: mask.probabilities });
    expect(await decodeImage(answer.png!)).toMatchObject({ ...image, channels: 1 });
  });

  it('has polygons of fewer points where they may lie off the outline', async () => {
    const slanted = { ...mask, probabilities: Float32Array.of(0.9, 0.6, 0.2, 0.1, 0.9, 0.9, 0.9, 0.1) };
    const pointsWithin = async (polygonTolerance: number) => {
      const context = {
        trained: trainedWith({}),
        geometry,
        encodings: ['polygons'] as const,
        polygonTolerance,
        ...atHome,
      };
      const answer = await toAnswer(testMasks, { masks: [slanted] }, context);
      return (answer as SegmentationAnswer).masks[0]!.polygons![0]!.exterior.length;
    };
    expect(await pointsWithin(0)).toBeGreaterThan(6);
    expect(await pointsWithin(2)).toBeLessThan(await pointsWithin(0));
  });
});

describe('a classification', () => {
  it('has the most probable label first and keeps what explains it', async () => {
    const plausible = { labels: ['benign'], errorRate: 0.1 };
    const result = {
      scores: [
        { label: 'normal', probability: 0.2 },
        { label: 'benign', probability: 0.8 },
      ],
      plausible,
    };
    const context = { trained: testClasses.trained, geometry, encodings: [], polygonTolerance: 0, ...atHome };
    expect(await toAnswer(testClasses, result, context)).toEqual({
      task: 'classification',
      label: 'benign',
      scores: result.scores.toReversed(),
      plausible,
    });
  });

  it('has a heat map over the image alone, where the encoder pads it', async () => {
    const letterbox = fitImage({ width: 40, height: 10 }, { size: { width: 16, height: 16 }, fit: 'letterbox' });
    const size = { width: 4, height: 4 };
    // Warm in the row that shows the image, cold in the three that are padding.
    const values = Float32Array.from({ length: 16 }, (_, index) => (index < 4 ? 0.2 * (index + 1) : 0));
    const scores = [{ label: 'normal', probability: 1 }];
    const context = {
      trained: testClasses.trained,
      geometry: letterbox,
      encodings: [],
      polygonTolerance: 0,
      ...atHome,
      ...atHome,
    };
    const answer = await toAnswer(testClasses, { scores, heatMap: { size, values } }, context);
    const covered = (answer as ClassificationAnswer).heatMap!;
    expect(covered.size).toEqual(size);
    for (let row = 0; row < 3; row += 1) {
      covered.values.subarray(4 * row, 4 * row + 4).forEach((value, x) => expect(value).toBeGreaterThan(0.1 * (x + 1)));
    }
    const stretched = await toAnswer(testClasses, { scores, heatMap: { size, values } }, { ...context, geometry });
    expect((stretched as ClassificationAnswer).heatMap!.values).toEqual(values);
  });
});
