import type { Box, Bytes, Rle, Size } from '../../contract/index.js';
import { compressCounts, decompressCounts } from './coco-counts.js';

/** One run of mask pixels, counted down the columns: from `start` up to, not including, `end`. */
export interface Run {
  readonly start: number;
  readonly end: number;
}

/** COCO's run lengths are 32-bit whole numbers. */
const MOST_PIXELS = 2 ** 31 - 1;

/** Throws a RangeError for what is no size of a mask. */
function checkMaskSize({ width, height }: Size): void {
  const isLength = (length: unknown): boolean => Number.isInteger(length) && (length as number) > 0;
  if (isLength(width) && isLength(height) && width * height <= MOST_PIXELS) return;
  throw new RangeError(
    `A mask's width and height are whole numbers above 0, of at most ${MOST_PIXELS} pixels together; got ` +
      `${width} x ${height}.`,
  );
}

/**
 * The mask's runs in order, column-major, none touching the next, as a file of somebody else may have them; throws a
 * RangeError when they do not fill the size, or it is none.
 */
export function readRuns({ size, counts }: Rle): Run[] {
  checkMaskSize(size);
  const lengths = decompressCounts(counts);
  const runs: Run[] = [];
  let position = 0;
  lengths.forEach((length, index) => {
    if (index % 2 === 1 && length > 0) addRun(runs, position, position + length);
    position += length;
  });
  if (position !== size.width * size.height || lengths.some((length) => length < 0)) {
    throw new RangeError(
      `Run lengths of a ${size.width} x ${size.height} mask sum to ${size.width * size.height}; these to ${position}.`,
    );
  }
  return runs;
}

/** Lengthens the last run where the next continues it. */
export function addRun(runs: Run[], start: number, end: number): void {
  const last = runs.at(-1);
  if (last?.end === start) runs[runs.length - 1] = { start: last.start, end };
  else runs.push({ start, end });
}

/** Runs in order, none touching the next, to COCO's compressed string, with a size of its own. */
export function writeRuns(runs: readonly Run[], size: Size): Rle {
  checkMaskSize(size);
  const lengths: number[] = [];
  let position = 0;
  for (const { start, end } of runs) {
    lengths.push(start - position, end - start);
    position = end;
  }
  const rest = size.width * size.height - position;
  if (rest > 0 || lengths.length === 0) lengths.push(rest);
  return { size: { width: size.width, height: size.height }, counts: compressCounts(lengths) };
}

/** uint8 [height, width], row-major, any value but 0 being mask, to run lengths. */
export function bitmapToRle(bitmap: Uint8Array, size: Size): Rle {
  const { width, height } = size;
  checkMaskSize(size);
  if (bitmap.length !== width * height) {
    throw new RangeError(`A ${width} x ${height} bitmap holds ${width * height} bytes; got ${bitmap.length}.`);
  }
  const runs: Run[] = [];
  let start = -1;
  for (let x = 0, position = 0; x < width; x += 1) {
    for (let y = 0; y < height; y += 1, position += 1) {
      const isMask = bitmap[y * width + x] !== 0;
      if (isMask && start < 0) start = position;
      else if (!isMask && start >= 0) {
        runs.push({ start, end: position });
        start = -1;
      }
    }
  }
  if (start >= 0) runs.push({ start, end: width * height });
  return writeRuns(runs, size);
}

/** Run lengths to uint8 [height, width], row-major, `value` where there is mask, else 0. */
export function decodeRle(rle: Rle, value = 1): Bytes {
  const { width, height } = rle.size;
  const runs = readRuns(rle); // before so much memory is taken as the size asks for
  const bitmap = new Uint8Array(width * height);
  for (const { start, end } of runs) {
    let x = Math.floor(start / height);
    let y = start % height;
    for (let position = start; position < end; position += 1) {
      bitmap[y * width + x] = value;
      y += 1;
      if (y === height) [x, y] = [x + 1, 0];
    }
  }
  return bitmap;
}

/** Mask pixels. */
export function rleArea(rle: Rle): number {
  return readRuns(rle).reduce((area, { start, end }) => area + end - start, 0);
}

/** The tight box around the mask, in pixels; null if it is empty. */
export function rleBoundingBox(rle: Rle): Box | null {
  const { height } = rle.size;
  const runs = readRuns(rle);
  const [first, last] = [runs[0], runs.at(-1)];
  if (!first || !last) return null;
  const left = Math.floor(first.start / height);
  const right = Math.floor((last.end - 1) / height) + 1;
  let top = height;
  let bottom = 0;
  for (const { start, end } of runs) {
    const isInOneColumn = Math.floor(start / height) === Math.floor((end - 1) / height);
    top = Math.min(top, isInOneColumn ? start % height : 0);
    bottom = Math.max(bottom, isInOneColumn ? ((end - 1) % height) + 1 : height);
  }
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** Intersection over union; 1 for two empty masks. */
export function rleIou(a: Rle, b: Rle): number {
  const { shared, total } = overlap(a, b);
  return total === 0 ? 1 : shared / (total - shared);
}

/** Twice the intersection over the sum of the areas; 1 for two empty masks. */
export function rleDice(a: Rle, b: Rle): number {
  const { shared, total } = overlap(a, b);
  return total === 0 ? 1 : (2 * shared) / total;
}

function overlap(a: Rle, b: Rle): { readonly shared: number; readonly total: number } {
  if (a.size.width !== b.size.width || a.size.height !== b.size.height) {
    throw new RangeError(
      `Masks of one size can be compared; got ${a.size.width} x ${a.size.height} and ${b.size.width} x ` +
        `${b.size.height}.`,
    );
  }
  const others = readRuns(b);
  let shared = 0;
  let next = 0;
  for (const { start, end } of readRuns(a)) {
    while (next < others.length && others[next]!.end <= start) next += 1;
    for (let index = next; index < others.length && others[index]!.start < end; index += 1) {
      shared += Math.min(end, others[index]!.end) - Math.max(start, others[index]!.start);
    }
  }
  return { shared, total: rleArea(a) + rleArea(b) };
}
