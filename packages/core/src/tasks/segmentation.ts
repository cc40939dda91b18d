import {
  sigmoid,
  type Domain,
  type ImageMask,
  type ProbabilityMask,
  type Segmentation,
  type SegmentationAnswer,
} from '../contract/index.js';
import { showValue } from '../contract/text/show-value.js';
import { encodeRle } from '../image/masks/encode-mask.js';
import { rleToPng } from '../image/masks/rle-png.js';
import { rleToPolygons } from '../image/masks/polygons.js';
import { rleArea, rleBoundingBox, writeRuns } from '../image/masks/rle.js';
import { findLabelFault, findLogitFault, findPlaneFault, isProbability, isRecord, listOf } from './find-faults.js';
import type { AnswerContext, TaskRules } from './task-rules.js';

export const segmentation: TaskRules<'segmentation'> = {
  findFault: findMaskFault,
  refusesImages: false,
  toAnswer: toSegmentationAnswer,
};

function findMaskFault(result: Partial<Segmentation> | undefined, labels: readonly string[]): string | undefined {
  const masks = listOf(result?.masks);
  if (!masks) return 'it has no list of masks';
  for (const [index, mask] of masks.entries()) {
    const at = `masks[${index}]`;
    if (!isRecord(mask)) return `${at} is ${showValue(mask)}, which is no mask`;
    const fault = findLabelFault(`${at}.label`, mask.label, labels, masks.slice(0, index));
    if (fault !== undefined) return fault;
    for (const name of ['threshold', 'presence', 'quality'] as const) {
      if (!isProbability(mask[name])) return `${at}.${name} is ${showValue(mask[name])}, which is not from 0 to 1`;
    }
    const planeFault = findMaskPlaneFault(at, mask);
    if (planeFault !== undefined) return planeFault;
  }
  return undefined;
}

function findMaskPlaneFault(at: string, mask: ProbabilityMask): string | undefined {
  const { size, probabilities, logits } = mask as { [K in keyof ProbabilityMask]: ProbabilityMask[K] };
  if (!logits) return findPlaneFault(`${at}.probabilities`, size, probabilities);
  return probabilities ? `${at} has both probabilities and logits` : findLogitFault(`${at}.logits`, size, logits);
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
      probabilities: { size: { width: size.width, height: size.height }, values: probabilitiesOf(mask) },
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

function probabilitiesOf({ probabilities, logits }: ProbabilityMask): Float32Array {
  return probabilities ? probabilities.slice() : sigmoid(logits);
}
