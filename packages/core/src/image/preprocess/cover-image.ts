import type { HeatMap } from '../../contract/index.js';
import type { Geometry } from './geometry.js';

/**
 * A heat map over an encoder's input to one of the same size over the image: bilinear, with half-pixel centres. The two
 * differ where the encoder pads an image to its own proportions.
 */
export function coverImage(heatMap: HeatMap, { content, model }: Pick<Geometry, 'content' | 'model'>): HeatMap {
  if (content.width === model.width && content.height === model.height) return heatMap;
  const { size, values } = heatMap;
  const columns = positions(size.width, content.width / model.width);
  const rows = positions(size.height, content.height / model.height);
  const covered = new Float32Array(values.length);
  rows.forEach(([top, bottom, down], y) => {
    columns.forEach(([left, right, across], x) => {
      const at = (row: number): number => {
        return values[row * size.width + left]! * (1 - across) + values[row * size.width + right]! * across;
      };
      covered[y * size.width + x] = at(top) * (1 - down) + at(bottom) * down;
    });
  });
  return { size, values: covered };
}

/**
 * For each of `length` samples over the first `share` of an axis: the samples before and behind it, and how far it is
 * towards the second.
 */
function positions(length: number, share: number): readonly (readonly [number, number, number])[] {
  return Array.from({ length }, (_, index) => {
    const at = Math.min(Math.max((index + 0.5) * share - 0.5, 0), length - 1);
    const before = Math.floor(at);
    return [before, Math.min(before + 1, length - 1), at - before] as const;
  });
}
