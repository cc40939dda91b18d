import {
  sigmoid,
  type Answer,
  type Classification,
  type ClassificationAnswer,
  type Domain,
  type Head,
  type HeatMap,
  type ImageMask,
  type MaskEncoding,
  type OutOfDomain,
  type ProbabilityMask,
  type Segmentation,
  type SegmentationAnswer,
  type Size,
  type TaskAnswers,
  type TaskResults,
} from '../../contract/index.js';
import type { ImageDomains } from '../../domain/head-domains.js';
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
  /** What the head says of the image's kind. */
  readonly domains: ImageDomains;
  readonly outOfDomain: OutOfDomain;
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
  const { geometry, encodings, polygonTolerance: tolerance } = context;
  const { label, size, threshold, presence, quality } = mask;
  const domain = context.domains.of(label);
  const absentBecause = findAbsence(mask, domain, context);
  const rle = absentBecause ? writeRuns([], geometry.image) : encodeRle(mask, geometry);
  const area = rleArea(rle);
  return {
    label,
    presence,
    ...(domain && { domain }),
    ...(absentBecause && { absentBecause }),
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

/** Presence comes first: it says that the target is not there, where the domain says only that nobody knows. */
function findAbsence(
  { label, presence }: ProbabilityMask,
  domain: Domain | undefined,
  { trained, outOfDomain }: AnswerContext,
): ImageMask['absentBecause'] {
  if (presence < (trained.presenceThresholds?.[label] ?? 0)) return 'presence';
  return outOfDomain === 'refuse' && domain?.inDomain === false ? 'domain' : undefined;
}

function toClassificationAnswer(
  { scores, plausible, heatMap }: Classification,
  { geometry, domains }: AnswerContext,
): Promise<ClassificationAnswer> {
  const domain = domains.of();
  // An error rate holds for images like those it was measured on.
  const holds = domain?.inDomain !== false;
  const plain = scores.map(({ label, probability }) => ({ label, probability }));
  const sorted = plain.toSorted((a, b) => b.probability - a.probability);
  return Promise.resolve({
    task: 'classification',
    label: sorted[0]!.label,
    scores: sorted,
    ...(domain && { domain }),
    ...(plausible && holds && { plausible: { labels: [...plausible.labels], errorRate: plausible.errorRate } }),
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
