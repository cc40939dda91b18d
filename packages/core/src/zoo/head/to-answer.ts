import {
  sigmoid,
  type Answer,
  type Classification,
  type ClassificationAnswer,
  type Head,
  type HeatMap,
  type ImageMask,
  type MaskEncoding,
  type ProbabilityMask,
  type Segmentation,
  type SegmentationAnswer,
  type Size,
  type TaskAnswers,
  type TaskResults,
} from '../../contract/index.js';
import { coverImage } from '../../image/preprocess/cover-image.js';
import { encodeRle } from '../../image/masks/encode-mask.js';
import type { Geometry } from '../../image/preprocess/geometry.js';
import { rleToPng } from '../../image/masks/rle-png.js';
import { rleToPolygons } from '../../image/masks/polygons.js';
import { rleArea, rleBoundingBox, writeRuns } from '../../image/masks/rle.js';

/** What it takes to bring a result from model space to the image. */
export interface AnswerContext {
  readonly trained: Head['trained'];
  readonly geometry: Geometry;
  readonly encodings: readonly MaskEncoding[];
  /** In image pixels; 0 for exact polygons. */
  readonly polygonTolerance: number;
}

const ANSWERS: {
  readonly [T in keyof TaskResults]: (result: TaskResults[T], context: AnswerContext) => Promise<TaskAnswers[T]>;
} = { segmentation: toSegmentationAnswer, classification: toClassificationAnswer };

/**
 * A checked result of `decode` to what a consumer gets: plain data of its own, whatever else the head put into it, so that it can cross to
 * another process and be kept.
 */
export function toAnswer(head: Head, result: TaskResults[keyof TaskResults], context: AnswerContext): Promise<Answer> {
  return ANSWERS[head.manifest.task](result as never, context);
}

async function toSegmentationAnswer({ masks }: Segmentation, context: AnswerContext): Promise<SegmentationAnswer> {
  return { task: 'segmentation', masks: await Promise.all(masks.map((mask) => toImageMask(mask, context))) };
}

async function toImageMask(mask: ProbabilityMask, context: AnswerContext): Promise<ImageMask> {
  const { trained, geometry, encodings, polygonTolerance: tolerance } = context;
  const { label, size, threshold, presence, quality } = mask;
  const isPresent = presence >= (trained.presenceThresholds?.[label] ?? 0);
  const rle = isPresent ? encodeRle(mask, geometry) : writeRuns([], geometry.image);
  const area = rleArea(rle);
  return {
    label,
    presence,
    quality,
    threshold,
    rle,
    area,
    areaFraction: area / (geometry.image.width * geometry.image.height),
    boundingBox: rleBoundingBox(rle),
    ...(encodings.includes('polygons') && { polygons: rleToPolygons(rle, { tolerance }) }),
    ...(encodings.includes('png') && { png: await rleToPng(rle) }),
    ...(encodings.includes('probabilities') && {
      probabilities: { size: toSize(size), values: probabilitiesOf(mask) },
    }),
  };
}

function toClassificationAnswer(
  { scores, plausible, heatMap }: Classification,
  { geometry }: AnswerContext,
): Promise<ClassificationAnswer> {
  const plain = scores.map(({ label, probability }) => ({ label, probability }));
  const sorted = plain.toSorted((a, b) => b.probability - a.probability);
  return Promise.resolve({
    task: 'classification',
    label: sorted[0]!.label,
    scores: sorted,
    ...(plausible && { plausible: { labels: [...plausible.labels], errorRate: plausible.errorRate } }),
    ...(heatMap && { heatMap: ownHeatMap(coverImage(heatMap, geometry)) }),
  });
}

function probabilitiesOf({ probabilities, logits }: ProbabilityMask): Float32Array {
  return probabilities ? probabilities.slice() : sigmoid(logits);
}

/** What a head returned may be its own state. */
function ownHeatMap({ size, values }: HeatMap): HeatMap {
  return { size: toSize(size), values: values.slice() };
}

function toSize({ width, height }: Size): Size {
  return { width, height };
}
