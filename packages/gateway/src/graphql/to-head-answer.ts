import {
  findPixelSize,
  matchAnswer,
  nameUnit,
  type Answer,
  type ImageMask,
  type Keypoint,
  type Outcome,
  type Provenance,
} from '@medzoo/core';
import { describeFault } from '../errors/describe-fault.js';
import { shownId } from '../analysis/check-request.js';
import type { HeadRequest } from '../analysis/image-analysis.js';
import { heatMapUrl, maskUrl, type LinkOptions } from '../analysis/links.js';
import { currentRequestId } from '../observability/current-request.js';
import type { AnswerType, HeadAnswer } from './types/answers/head-answer.type.js';
import type { KeypointType } from './types/answers/keypoints.type.js';
import type { MaskType } from './types/answers/segmentation.type.js';

/**
 * The zoo's outcome in the shape of the GraphQL schema; its links show the same view of the image, out of domain or
 * not.
 */
export function toHeadAnswer(
  imageId: string,
  request: HeadRequest,
  outcome: Outcome<Answer>,
  options?: LinkOptions,
): HeadAnswer {
  const headId = shownId(request.id);
  if (!outcome.ok) {
    const { code, message, retryable } = describeFault(outcome.error, currentRequestId());
    if (!outcome.domain) return { headId, provenance: outcome.provenance ?? null, code, message, retryable };
    return { headId, provenance: outcome.provenance, ...outcome.domain, code, message };
  }
  const common = { headId, provenance: outcome.provenance };
  return matchAnswer<AnswerType>(outcome.value, {
    segmentation: ({ task, masks }) => ({
      ...common,
      task,
      masks: masks.map((mask) => toMask(imageId, request, mask, outcome.provenance, options)),
    }),
    classification: (answer) => ({
      ...common,
      task: answer.task,
      label: answer.label,
      scores: answer.scores,
      domain: answer.domain ?? null,
      plausible: answer.plausible ?? null,
      heatMap: answer.heatMap
        ? { ...answer.heatMap.size, url: heatMapUrl(imageId, request.id, request.params, options) }
        : null,
    }),
    regression: ({ task, values, domain }) => ({
      ...common,
      task,
      values: values.map((one) => ({ ...one, unitName: nameUnit(one.unit), interval: one.interval ?? null })),
      domain: domain ?? null,
    }),
    keypoints: ({ task, points, domain }) => ({
      ...common,
      task,
      points: points.map((point) => toKeypoint(point, outcome.provenance)),
      domain: domain ?? null,
    }),
    multilabel: ({ domain, ...answer }) => ({ ...common, ...answer, domain: domain ?? null }),
  });
}

function toKeypoint(
  { label, point, presence, absentBecause }: Keypoint,
  { view: { spacing } }: Provenance,
): KeypointType {
  const size = findPixelSize(spacing, point);
  return {
    label,
    point,
    millimetres: point && size ? { x: point.x * size.x, y: point.y * size.y } : null,
    presence: presence ?? null,
    absentBecause: absentBecause ?? null,
  };
}

function toMask(
  imageId: string,
  { id, params }: HeadRequest,
  mask: ImageMask,
  { view: { spacing } }: Provenance,
  options?: LinkOptions,
): MaskType {
  const { label, presence, quality, threshold, area, areaFraction, boundingBox, rle } = mask;
  return {
    ...{ label, presence, quality, threshold, area, areaFraction, boundingBox },
    domain: mask.domain ?? null,
    absentBecause: mask.absentBecause ?? null,
    url: maskUrl(imageId, id, label, params, options),
    rle: { size: [rle.size.height, rle.size.width], counts: rle.counts },
    source: rle,
    filePixelSize: findPixelSize(spacing, boundingBox),
    polygons: mask.polygons ?? [],
  };
}
