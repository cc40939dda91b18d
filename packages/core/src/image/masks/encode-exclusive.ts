import type { Rle, Size } from '../../contract/index.js';
import { winnersOf } from '../../contract/outputs/tensors/exclusive-planes.js';
import type { Geometry } from '../preprocess/geometry.js';
import { placePixels } from './encode-mask.js';
import { addRun, writeRuns, type Run } from './rle.js';

/**
 * Masks that exclude one another to the image's own pixels: each plane is interpolated in logits as in `encodeRle`, and
 * a pixel belongs to the highest of them, the first of equals; `count` is how many of the first planes have masks.
 * Interpolation is linear along a row and along a column of the plane: where one plane is highest at both ends, it is in
 * between, so numbers are looked at only where two neighbours differ.
 */
export function encodeExclusive(planes: readonly Float32Array[], size: Size, count: number, geometry: Geometry): Rle[] {
  const { image } = geometry;
  const { columns, rows } = placePixels(size, geometry);
  const winners = winnersOf(planes);
  const runs = Array.from({ length: count }, (): Run[] => []);
  for (let x = 0; x < image.width; x += 1) {
    const offset = x * image.height;
    const column = createColumn(planes, winners, size, { left: columns.before[x]!, share: columns.share[x]! });
    const add = (plane: number, first: number, last: number): void => {
      if (plane < count) addRun(runs[plane]!, offset + first, offset + last);
    };
    let here = column.winnerAt(0);
    for (let row = 0; row < size.height; row += 1) {
      const next = row + 1 < size.height ? column.winnerAt(row + 1) : here;
      const [first, last] = [rows.limits[row]!, rows.limits[row + 1]!];
      if (here === next && first < last) add(here, first, last);
      else for (let y = first; y < last; y += 1) add(column.winnerBetween(row, rows.share[y]!), y, y + 1);
      here = next;
    }
  }
  return runs.map((own) => writeRuns(own, image));
}

/** Which plane is highest down an image column that lies `share` of the way from a column of the planes to the next. */
function createColumn(
  planes: readonly Float32Array[],
  winners: Uint32Array,
  { width, height }: Size,
  { left, share }: { readonly left: number; readonly share: number },
) {
  const right = Math.min(left + 1, width - 1);
  const levelAt = (plane: Float32Array, row: number): number =>
    plane[row * width + left]! * (1 - share) + plane[row * width + right]! * share;
  const winnerBetween = (row: number, down: number): number => {
    const below = Math.min(row + 1, height - 1);
    let [best, highest] = [0, -Infinity];
    for (let index = 0; index < planes.length; index += 1) {
      const plane = planes[index]!;
      const level = levelAt(plane, row) * (1 - down) + levelAt(plane, below) * down;
      if (level > highest) [best, highest] = [index, level];
    }
    return best;
  };
  const winnerAt = (row: number): number => {
    const winner = winners[row * width + left]!;
    return winner === winners[row * width + right] ? winner : winnerBetween(row, 0);
  };
  return { winnerAt, winnerBetween };
}
