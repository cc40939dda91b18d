import type { Rle, Size } from '../../contract/index.js';
import type { Geometry } from '../preprocess/geometry.js';
import { addRun, placePixels } from './encode-mask.js';
import { writeRuns, type Run } from './rle.js';

/**
 * Masks that exclude one another to the image's own pixels: each plane is interpolated in logits as in `encodeRle`, and
 * a pixel belongs to the highest of them, the first of equals; `count` is how many of the first planes have masks. Down
 * an image column each plane is linear between two of its rows: where one is highest at both, it is in between, and
 * pixels are looked at one by one only elsewhere. The cost grows with planes times plane rows times image columns.
 */
export function encodeExclusive(planes: readonly Float32Array[], size: Size, count: number, geometry: Geometry): Rle[] {
  const { image } = geometry;
  const { columns, rows } = placePixels(size, geometry);
  const runs = Array.from({ length: count }, (): Run[] => []);
  const levels = planes.map(() => new Float64Array(size.height));
  const highestAt = (row: number, below: number, share: number): number => {
    let [best, highest] = [0, -Infinity];
    for (let plane = 0; plane < levels.length; plane += 1) {
      const values = levels[plane]!;
      const level = values[row]! * (1 - share) + values[below]! * share;
      if (level > highest) [best, highest] = [plane, level];
    }
    return best;
  };
  for (let x = 0; x < image.width; x += 1) {
    const offset = x * image.height;
    const add = (plane: number, first: number, last: number): void => {
      if (plane < count && first < last) addRun(runs[plane]!, offset + first, offset + last);
    };
    readColumn(planes, levels, size, { left: columns.before[x]!, share: columns.share[x]! });
    for (let row = 0; row < size.height; row += 1) {
      const [first, last] = [rows.limits[row]!, rows.limits[row + 1]!];
      if (first === last) continue;
      const below = Math.min(row + 1, size.height - 1);
      const top = highestAt(row, row, 0);
      if (top === highestAt(below, below, 0)) add(top, first, last);
      else for (let y = first; y < last; y += 1) add(highestAt(row, below, rows.share[y]!), y, y + 1);
    }
  }
  return runs.map((own) => writeRuns(own, image));
}

/** The levels of each plane down an image column, which lies `share` of the way from its column `left` to the next. */
function readColumn(
  planes: readonly Float32Array[],
  levels: readonly Float64Array[],
  { width, height }: Size,
  { left, share }: { readonly left: number; readonly share: number },
): void {
  const right = Math.min(left + 1, width - 1);
  planes.forEach((plane, index) => {
    const column = levels[index]!;
    for (let row = 0; row < height; row += 1)
      column[row] = plane[row * width + left]! * (1 - share) + plane[row * width + right]! * share;
  });
}
