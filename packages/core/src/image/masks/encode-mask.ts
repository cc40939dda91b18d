import type { Rle, Size } from '../../contract/index.js';
import type { Geometry } from '../preprocess/geometry.js';
import { readLevels, type MaskLevels, type Plane } from './mask-levels.js';
import { addRun, writeRuns, type Run } from './rle.js';

/** Which two samples of the plane an image row or column lies between, and how far towards the second. */
export interface Position {
  readonly before: Int32Array;
  readonly share: Float64Array;
}

/** What all columns of an image have in common: where its rows lie in the plane. */
export interface Rows extends Position {
  /** [plane rows + 1]: image rows limits[r] up to limits[r + 1] lie between plane rows r and r + 1. */
  readonly limits: Int32Array;
}

/**
 * A mask in model space to the image's own pixels: bilinear in logits with half-pixel centres, then >= threshold. Down
 * an image column the interpolation is linear between two rows of the plane, so each column's runs are solved for, and
 * only where the two columns of the plane beside it change sign or differ in it: the cost grows with the plane and with
 * the length of the mask's edge, not with image pixels.
 */
export function encodeRle(plane: Plane, { image, model, content }: Geometry): Rle {
  const { size } = plane;
  const { columns, rows } = placePixels(size, { image, model, content });
  const levels = readLevels(plane);

  const runs: Run[] = [];
  const turns = new Int32Array(size.height);
  let turned = { left: -1, count: 0 };
  for (let x = 0; x < image.width; x += 1) {
    const left = columns.before[x]!;
    const right = Math.min(left + 1, size.width - 1);
    if (levels.hasMask[left] === 0 && levels.hasMask[right] === 0) continue;
    if (turned.left !== left) turned = { left, count: findTurns(levels.isMask, left, right, rows.limits, turns) };
    const share = columns.share[x]!;
    const levelAt = (y: number): number => levels.at(left, y) * (1 - share) + levels.at(right, y) * share;
    solveColumn(levelAt, turns.subarray(0, turned.count), rows, x * image.height, runs);
  }
  return writeRuns(runs, image);
}

/** Where an image's columns and rows lie in a plane of this size over the model's input. */
export function placePixels(size: Size, { image, model, content }: Geometry): { columns: Position; rows: Rows } {
  const columns = positions(image.width, (content.width * size.width) / model.width, size.width);
  const rows = positions(image.height, (content.height * size.height) / model.height, size.height);
  return { columns, rows: withLimits(rows, size) };
}

/**
 * Where `length` image pixels, which cover the first `extent` of `samples` plane samples, have their centres; edges are
 * held.
 */
function positions(length: number, extent: number, samples: number): Position {
  const position: Position = { before: new Int32Array(length), share: new Float64Array(length) };
  for (let index = 0; index < length; index += 1) {
    const at = Math.min(Math.max(((index + 0.5) * extent) / length - 0.5, 0), samples - 1);
    position.before[index] = Math.floor(at);
    position.share[index] = at - Math.floor(at);
  }
  return position;
}

function withLimits({ before, share }: Position, { height }: Plane['size']): Rows {
  const limits = new Int32Array(height + 1).fill(before.length);
  for (let row = before.length - 1; row >= 0; row -= 1) limits[before[row]!] = row;
  for (let sample = height - 1; sample >= 0; sample -= 1)
    limits[sample] = Math.min(limits[sample]!, limits[sample + 1]!);
  return { before, share, limits };
}

/**
 * The plane rows below which an image column between two columns of the plane may enter or leave the mask, into
 * `turns`; tells how many. Elsewhere both have one sign, as has everything between them, and go on as the row above.
 * Below a turn the next rows are looked at as well, up to the first that image rows lie below: the turn may have been
 * between two image rows.
 */
function findTurns(
  isMask: MaskLevels['isMask'],
  left: number,
  right: number,
  limits: Int32Array,
  turns: Int32Array,
): number {
  const height = limits.length - 1;
  let count = 0;
  let isPending = true;
  let here = isMask[left * height]! + isMask[right * height]!;
  for (let row = 0; row < height; row += 1) {
    const next = Math.min(row + 1, height - 1);
    const below = isMask[left * height + next]! + isMask[right * height + next]!;
    const isTurn = here === 1 || here !== below;
    if (isTurn || isPending) {
      turns[count] = row;
      count += 1;
      isPending = isTurn || limits[row] === limits[row + 1];
    }
    here = below;
  }
  return count;
}

/**
 * Adds the runs of one image column, which begins at `offset`, to `runs`; a run that continues the last one lengthens
 * it.
 */
function solveColumn(
  levelAt: (y: number) => number,
  turns: Int32Array,
  { share, limits }: Rows,
  offset: number,
  runs: Run[],
): void {
  const height = limits.length - 1;
  let start = -1;
  const close = (end: number): void => {
    if (start >= 0 && start < end) addRun(runs, offset + start, offset + end);
    start = -1;
  };
  for (const row of turns) {
    const first = limits[row]!;
    const last = limits[row + 1]!;
    if (first === last) continue;
    const above = levelAt(row);
    const below = levelAt(Math.min(row + 1, height - 1));
    if (above >= 0 && start < 0) start = first;
    if (above < 0) close(first);
    if (above >= 0 === below >= 0) continue;
    const crossing = firstPast(above, below, share, first, last);
    if (above >= 0 && crossing < last) close(crossing);
    if (above < 0 && crossing < last) start = crossing;
  }
  close(limits[height]!);
}

/**
 * The first of the rows first..last past the crossing of zero between two levels: computed, then made exact as if
 * sampled.
 */
function firstPast(above: number, below: number, share: Float64Array, first: number, last: number): number {
  const isPast = (y: number): boolean => above * (1 - share[y]!) + below * share[y]! >= 0 !== above >= 0;
  const step = last - first > 1 ? share[first + 1]! - share[first]! : 1;
  const guess = step > 0 ? first + Math.ceil((above / (above - below) - share[first]!) / step) : first;
  let y = Math.min(Math.max(guess, first), last);
  while (y > first && isPast(y - 1)) y -= 1;
  while (y < last && !isPast(y)) y += 1;
  return y;
}
