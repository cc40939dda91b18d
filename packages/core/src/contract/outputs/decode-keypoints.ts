import type { TrainedModel } from '../model/trained-model.js';
import type { Keypoints, ModelPoint } from '../answers/decoded-results.js';
import type { Tensor, Tensors } from '../backend/tensor.js';
import {
  channelsByLabel,
  checkFinite,
  numbersByLabel,
  pairsByLabel,
  type MaskChannel,
} from './tensors/labelled-outputs.js';
import { takeFloat32 } from './tensors/take-tensor.js';

/**
 * The standard rule of a keypoints head. `keypoints` float32 [1, labels, 2] are x and y as shares of the width and
 * height of the encoder's input, 0..1 from its top left corner; or `heatmaps` float32 [1, labels, height, width] over
 * that input, one channel for each label, in whose highest cell the point lies, as a parabola through its neighbours
 * says. `presence` float32 [1, labels], where the model has it, is 0..1. Throws MODEL_MISMATCH where an output does not
 * fit the labels, and HEAD_FAILED for a number that is NaN or infinite.
 */
export function decodeKeypoints(outputs: Tensors, { labels }: Pick<TrainedModel, 'labels'>): Keypoints {
  const presence = Object.hasOwn(outputs, 'presence')
    ? numbersByLabel(takeFloat32(outputs, 'presence'), labels)
    : undefined;
  const places = Object.hasOwn(outputs, 'heatmaps')
    ? placesOfPeaks(takeFloat32(outputs, 'heatmaps'), labels)
    : pairsByLabel(takeFloat32(outputs, 'keypoints'), labels);
  return {
    points: labels.map((label): ModelPoint => {
      const [x, y] = places.get(label)!;
      return { label, x, y, ...(presence && { presence: presence.get(label)! }) };
    }),
  };
}

type Places = ReadonlyMap<string, readonly [x: number, y: number]>;

function placesOfPeaks(heatmaps: Tensor<'float32'>, labels: readonly string[]): Places {
  const channels = channelsByLabel(heatmaps, labels);
  checkFinite(heatmaps, labels);
  return new Map([...channels].map(([label, channel]) => [label, peakOf(channel)] as const));
}

function peakOf({ size: { width, height }, values }: MaskChannel): readonly [number, number] {
  const peak = values.reduce((best, value, at) => (value > values[best]! ? at : best), 0);
  const [x, y] = [peak % width, Math.floor(peak / width)];
  const isInside = (at: number, length: number): boolean => at > 0 && at < length - 1;
  const lean = (step: number): number => vertexOf(values[peak - step]!, values[peak]!, values[peak + step]!);
  const across = isInside(x, width) ? lean(1) : 0;
  const down = isInside(y, height) ? lean(width) : 0;
  return [(x + 0.5 + across) / width, (y + 0.5 + down) / height];
}

/** Where the parabola through three values at -1, 0 and 1 is highest, if the middle one is: -0.5..0.5. */
function vertexOf(before: number, middle: number, after: number): number {
  const curve = before - 2 * middle + after;
  return curve === 0 ? 0 : (before - after) / (2 * curve);
}
