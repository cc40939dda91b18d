import type { Keypoint, Keypoints, KeypointsAnswer, ModelPoint } from '../contract/index.js';
import { showValue } from '../contract/text/show-value.js';
import { pointToImage } from '../image/preprocess/geometry.js';
import { findLabelFault, findMissingLabel, isProbability, isRecord, listOf } from './find-faults.js';
import type { AnswerContext, TaskRules } from './task-rules.js';

export const keypoints: TaskRules<'keypoints'> = {
  findFault: findPointFault,
  refusesImages: true,
  toAnswer: toKeypointsAnswer,
};

function findPointFault(result: Partial<Keypoints> | undefined, labels: readonly string[]): string | undefined {
  const points = listOf(result?.points);
  if (!points) return 'it has no list of points';
  for (const [index, point] of points.entries()) {
    const at = `points[${index}]`;
    if (!isRecord(point)) return `${at} is ${showValue(point)}, which is no point`;
    const fault = findLabelFault(`${at}.label`, point.label, labels, points.slice(0, index));
    if (fault !== undefined) return fault;
    for (const axis of ['x', 'y'] as const) {
      if (!Number.isFinite(point[axis])) return `${at}.${axis} is ${showValue(point[axis])}, which is no finite number`;
    }
    const { presence } = point;
    if (presence !== undefined && !isProbability(presence))
      return `${at}.presence is ${showValue(presence)}, which is not from 0 to 1`;
  }
  return findMissingLabel('points', points, labels);
}

function toKeypointsAnswer({ points }: Keypoints, context: AnswerContext): Promise<KeypointsAnswer> {
  const domain = context.domains.of();
  return Promise.resolve({
    task: 'keypoints',
    points: points.map((point) => toKeypoint(point, context)),
    ...(domain && { domain }),
  });
}

/** A point in what the encoder pads an image with is outside of the image. */
function toKeypoint({ label, x, y, presence }: ModelPoint, { trained, geometry }: AnswerContext): Keypoint {
  const { model, image } = geometry;
  const point = pointToImage({ x: x * model.width, y: y * model.height }, geometry);
  const isInside = point.x >= 0 && point.y >= 0 && point.x <= image.width && point.y <= image.height;
  const isPresent = presence === undefined || presence >= (trained.presenceThresholds?.[label] ?? 0);
  return {
    label,
    point: isInside && isPresent ? point : null,
    ...(presence !== undefined && { presence }),
    ...(!isPresent ? { absentBecause: 'presence' } : !isInside ? { absentBecause: 'outside' } : {}),
  };
}
