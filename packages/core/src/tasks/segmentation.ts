import {
  sigmoid,
  type Domain,
  type ExclusiveMasks,
  type Floats,
  type ImageMask,
  type ProbabilityMask,
  type Rle,
  type Segmentation,
  type SegmentationAnswer,
} from '../contract/index.js';
import { showValue } from '../contract/text/show-value.js';
import { softmaxPlanes } from '../contract/outputs/tensors/exclusive-planes.js';
import { encodeExclusive } from '../image/masks/encode-exclusive.js';
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
  return result?.exclusive === undefined ? undefined : findExclusiveFault(masks, result.exclusive);
}

function findMaskPlaneFault(at: string, mask: ProbabilityMask): string | undefined {
  const { size, probabilities, logits } = mask as { [K in keyof ProbabilityMask]: ProbabilityMask[K] };
  if (!logits) return findPlaneFault(`${at}.probabilities`, size, probabilities);
  return probabilities ? `${at} has both probabilities and logits` : findLogitFault(`${at}.logits`, size, logits);
}

/** Masks that exclude one another are compared cell by cell, so all of them are logits of one size. */
function findExclusiveFault(masks: readonly ProbabilityMask[], exclusive: ExclusiveMasks): string | undefined {
  const others = isRecord(exclusive) ? listOf(exclusive.others) : undefined;
  if (!others) return 'exclusive has no list of others';
  const [first] = masks;
  if (!first) return undefined;
  const { width, height } = first.size;
  for (const [index, { size, logits }] of masks.entries()) {
    if (!logits) return `masks[${index}] has no logits, which masks that exclude one another are compared by`;
    if (size.width !== width || size.height !== height)
      return `masks[${index}] is of another size than masks[0], and they exclude one another`;
  }
  const faults = others.map((plane, index) => findLogitFault(`exclusive.others[${index}]`, first.size, plane));
  return faults.find((fault) => fault !== undefined);
}

async function toSegmentationAnswer(result: Segmentation, context: AnswerContext): Promise<SegmentationAnswer> {
  const forms = createForms(result, context);
  const masks = result.masks.map((mask, index) => toImageMask(mask, forms(mask, index), context));
  return { task: 'segmentation', masks: await Promise.all(masks) };
}

/** The forms of a mask that depend on whether masks exclude one another; made when they are asked for. */
interface MaskForms {
  readonly threshold: number;
  readonly rle: () => Rle;
  readonly probabilities: () => Floats;
}

function createForms(
  { masks, exclusive }: Segmentation,
  { geometry }: AnswerContext,
): (mask: ProbabilityMask, index: number) => MaskForms {
  if (!exclusive || masks.length === 0) {
    return (mask) => ({
      threshold: mask.threshold,
      rle: () => encodeRle(mask, geometry),
      probabilities: () => probabilitiesOf(mask),
    });
  }
  const planes = [...masks.map(({ logits }) => logits!), ...exclusive.others];
  let rles: readonly Rle[] | undefined;
  let shares: readonly Floats[] | undefined;
  return (mask, index) => ({
    threshold: 0,
    rle: () => (rles ??= encodeExclusive(planes, mask.size, masks.length, geometry))[index]!,
    probabilities: () => (shares ??= softmaxPlanes(planes))[index]!,
  });
}

async function toImageMask(mask: ProbabilityMask, forms: MaskForms, context: AnswerContext): Promise<ImageMask> {
  const { geometry, encodings, polygonTolerance: tolerance } = context;
  const { label, size, presence, quality } = mask;
  const domain = context.domains.of(label);
  const absentBecause = findAbsence(mask, domain, context);
  const rle = absentBecause ? writeRuns([], geometry.image) : forms.rle();
  const area = rleArea(rle);
  return {
    label,
    presence,
    ...(domain && { domain }),
    ...(absentBecause && { absentBecause }),
    quality,
    threshold: forms.threshold,
    rle,
    area,
    areaFraction: area / (geometry.image.width * geometry.image.height),
    boundingBox: rleBoundingBox(rle),
    ...(encodings.includes('polygons') && { polygons: rleToPolygons(rle, { tolerance }) }),
    ...(encodings.includes('png') && { png: await rleToPng(rle) }),
    ...(encodings.includes('probabilities') && {
      probabilities: { size: { width: size.width, height: size.height }, values: forms.probabilities() },
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

function probabilitiesOf({ probabilities, logits }: ProbabilityMask): Floats {
  return probabilities ? probabilities.slice() : sigmoid(logits);
}
