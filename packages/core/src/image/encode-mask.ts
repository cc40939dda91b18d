import type { MaskPlane, ProbabilityMask, Rle } from '../contract/index.js';
import type { Geometry } from './geometry.js';
import { writeRuns, type Run } from './rle.js';

type Plane = MaskPlane & Pick<ProbabilityMask, 'size' | 'threshold'>;

/** Keeps logits finite: the step below 1 in float32 is 6e-8. */
const LEAST = 1e-7;
const [LOWEST, HIGHEST] = [logit(0), logit(1)];

/** Which two samples of the plane an image row or column lies between, and how far towards the second. */
interface Position {
  readonly before: Int32Array;
  readonly share: Float64Array;
}

/**
 * A mask in model space to the image's own pixels: bilinear in logits with half-pixel centres, then >= threshold. Down an image
 * column the interpolation is linear between two rows of the plane, so each column's runs are solved for: the cost grows with
 * plane rows x image columns, not with image pixels.
 */
export function encodeRle(plane: Plane, { image, model, content }: Geometry): Rle {
  const { size } = plane;
  const columns = positions(image.width, (content.width * size.width) / model.width, size.width);
  const rows = positions(image.height, (content.height * size.height) / model.height, size.height);
  const limits = rowLimits(rows, size.height);
  const zero = logit(plane.threshold);
  const tops = columnMaxima(plane, zero);

  const runs: Run[] = [];
  const column = new Float64Array(size.height);
  const levelsOf = createColumnReader(plane, zero);
  for (let x = 0; x < image.width; x += 1) {
    const left = columns.before[x]!;
    const right = Math.min(left + 1, size.width - 1);
    if (tops[left]! < 0 && tops[right]! < 0) continue;
    const [near, far] = [levelsOf(left), levelsOf(right)];
    const share = columns.share[x]!;
    for (let row = 0; row < size.height; row += 1) column[row] = near[row]! * (1 - share) + far[row]! * share;
    solveColumn(column, rows, limits, x * image.height, runs);
  }
  return writeRuns(runs, image);
}

/** The levels of a plane column, float64 [height]; from left to right, each column is read once: two neighbours are held, by parity. */
function createColumnReader(plane: Plane, zero: number): (x: number) => Float64Array {
  const held = [-1, -1].map((x) => ({ x, levels: new Float64Array(plane.size.height) }));
  return (x) => {
    const column = held[x % 2]!;
    if (column.x !== x) readColumn(plane, x, zero, column.levels);
    column.x = x;
    return column.levels;
  };
}

/** A plane column's logits above the threshold's: mask is where a level is 0 or more. */
function readColumn({ logits, probabilities, size }: Plane, x: number, zero: number, levels: Float64Array): void {
  if (logits) {
    for (let y = 0, at = x; y < levels.length; y += 1, at += size.width) levels[y] = clampLogit(logits[at]!) - zero;
  } else {
    for (let y = 0, at = x; y < levels.length; y += 1, at += size.width) levels[y] = logit(probabilities[at]!) - zero;
  }
}

function logit(probability: number): number {
  const clamped = Math.min(Math.max(probability, LEAST), 1 - LEAST);
  return Math.log(clamped / (1 - clamped));
}

/** As if it had come from a probability: a threshold of 0 lets every pixel in, and both forms give the same mask. */
function clampLogit(value: number): number {
  return Math.min(Math.max(value, LOWEST), HIGHEST);
}

/** Where `length` image pixels, which cover the first `extent` of `samples` plane samples, have their centres; edges are held. */
function positions(length: number, extent: number, samples: number): Position {
  const position: Position = { before: new Int32Array(length), share: new Float64Array(length) };
  for (let index = 0; index < length; index += 1) {
    const at = Math.min(Math.max(((index + 0.5) * extent) / length - 0.5, 0), samples - 1);
    position.before[index] = Math.floor(at);
    position.share[index] = at - Math.floor(at);
  }
  return position;
}

/** The first image row at or past each plane row: rows limits[r] up to limits[r + 1] lie between plane rows r and r + 1. */
function rowLimits({ before }: Position, samples: number): Int32Array {
  const limits = new Int32Array(samples + 1).fill(before.length);
  for (let row = before.length - 1; row >= 0; row -= 1) limits[before[row]!] = row;
  for (let sample = samples - 1; sample >= 0; sample -= 1)
    limits[sample] = Math.min(limits[sample]!, limits[sample + 1]!);
  return limits;
}

/** The highest level of each plane column. */
function columnMaxima({ logits, probabilities, size: { width, height } }: Plane, zero: number): Float64Array {
  const values = logits ?? probabilities;
  if (values.length !== width * height) {
    const what = logits ? 'logits' : 'probabilities';
    throw new RangeError(`A ${width} x ${height} mask holds ${width * height} ${what}; got ${values.length}.`);
  }
  const maxima = new Float64Array(width).fill(-Infinity);
  for (let y = 0, at = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1, at += 1) if (values[at]! > maxima[x]!) maxima[x] = values[at]!;
  }
  return maxima.map((value) => (logits ? clampLogit(value) : logit(value)) - zero);
}

/** Adds the runs of one image column, which begins at `offset`, to `runs`; a run that continues the last one lengthens it. */
function solveColumn(column: Float64Array, rows: Position, limits: Int32Array, offset: number, runs: Run[]): void {
  let start = -1;
  const close = (end: number): void => {
    if (start >= 0 && start < end) addRun(runs, offset + start, offset + end);
    start = -1;
  };
  for (let row = 0; row < column.length; row += 1) {
    const first = limits[row]!;
    const last = limits[row + 1]!;
    if (first === last) continue;
    const above = column[row]!;
    const below = column[Math.min(row + 1, column.length - 1)]!;
    if (above >= 0 && start < 0) start = first;
    if (above < 0) close(first);
    if (above >= 0 === below >= 0) continue;
    const crossing = firstPast(above, below, rows.share, first, last);
    if (above >= 0 && crossing < last) close(crossing);
    if (above < 0 && crossing < last) start = crossing;
  }
  close(limits[column.length]!);
}

/** The first of the rows first..last past the crossing of zero between two levels: computed, then made exact as if sampled. */
function firstPast(above: number, below: number, share: Float64Array, first: number, last: number): number {
  const isPast = (y: number): boolean => above * (1 - share[y]!) + below * share[y]! >= 0 !== above >= 0;
  const step = last - first > 1 ? share[first + 1]! - share[first]! : 1;
  const guess = step > 0 ? first + Math.ceil((above / (above - below) - share[first]!) / step) : first;
  let y = Math.min(Math.max(guess, first), last);
  while (y > first && isPast(y - 1)) y -= 1;
  while (y < last && !isPast(y)) y += 1;
  return y;
}

function addRun(runs: Run[], start: number, end: number): void {
  const last = runs.at(-1);
  if (last?.end === start) runs[runs.length - 1] = { start: last.start, end };
  else runs.push({ start, end });
}
