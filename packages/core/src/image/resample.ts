import type { PreprocessSpec, Size } from '../contract/index.js';
import { shrinkRows } from './shrink-rows.js';

/** What each output index along one axis reads: `perIndex` consecutive inputs from `starts`, weighted; unused weights are 0. */
interface Taps {
  readonly perIndex: number;
  readonly starts: Int32Array;
  readonly weights: Float64Array;
}

/** uint8 [height, width, channels], row-major. */
export interface Raster extends Size {
  readonly channels: 1 | 3;
  readonly data: Uint8Array;
}

type Interpolation = Pick<PreprocessSpec, 'interpolation' | 'antialias'>;

/**
 * Resizes without rounding to bytes, separably: yields each output row, [width, channels], mixed from whole input rows, which lie in one
 * piece, and then shrunk or stretched along itself while it is in the processor's cache. The array is used again for the next row.
 */
export function* resampleRows(raster: Raster, size: Size, interpolation: Interpolation): Generator<Float64Array> {
  const { width, height, channels, data } = raster;
  const stride = width * channels;
  const isShrinking =
    interpolation.interpolation === 'bilinear' && interpolation.antialias === true && height > size.height;
  const rows = isShrinking
    ? shrinkRows(data, stride, size.height)
    : mixRows(data, stride, tapsFor(height, size.height, interpolation));
  const columns = tapsFor(width, size.width, interpolation);

  const resized = new Float64Array(size.width * channels);
  for (const row of rows) {
    if (channels === 1) mixGrey(row, columns, resized);
    else mixColour(row, columns, resized);
    yield resized;
  }
}

function tapsFor(from: number, to: number, { interpolation, antialias = false }: Interpolation): Taps {
  if (interpolation === 'nearest') {
    const starts = Int32Array.from({ length: to }, (_, index) => Math.floor((index * from) / to));
    return { perIndex: 1, starts, weights: new Float64Array(to).fill(1) };
  }
  return triangleTaps(from, to, antialias ? Math.max(from / to, 1) : 1);
}

/**
 * A triangle of half width `support` around each half-pixel centre, its weights inside the image summing to 1. With support 1
 * that is plain bilinear, edges held; with support from / to it is the antialiased kernel of Pillow and torch.
 */
function triangleTaps(from: number, to: number, support: number): Taps {
  const perIndex = Math.min(from, Math.ceil(2 * support));
  const taps: Taps = { perIndex, starts: new Int32Array(to), weights: new Float64Array(to * perIndex) };
  for (let index = 0; index < to; index += 1) {
    const centre = ((index + 0.5) * from) / to;
    const start = Math.min(Math.max(0, Math.ceil(centre - support - 0.5)), from - perIndex);
    const weights = taps.weights.subarray(index * perIndex, (index + 1) * perIndex);
    let sum = 0;
    for (let tap = 0; tap < perIndex; tap += 1) {
      weights[tap] = Math.max(0, 1 - Math.abs(start + tap + 0.5 - centre) / support);
      sum += weights[tap]!;
    }
    for (let tap = 0; tap < perIndex; tap += 1) weights[tap]! /= sum;
    taps.starts[index] = start;
  }
  return taps;
}

/** Yields output rows mixed from `perIndex` input rows of `stride` samples each; the array is used again for the next. */
function* mixRows(data: Uint8Array, stride: number, { perIndex, starts, weights }: Taps): Generator<Float64Array> {
  const mixed = new Float64Array(stride);
  for (let row = 0; row < starts.length; row += 1) {
    mixed.fill(0);
    for (let tap = 0; tap < perIndex; tap += 1) {
      const weight = weights[row * perIndex + tap]!;
      const source = (starts[row]! + tap) * stride;
      if (weight !== 0)
        for (let sample = 0; sample < stride; sample += 1) mixed[sample]! += weight * data[source + sample]!;
    }
    yield mixed;
  }
}

/** Mixes neighbours of a grey row into `target`. */
function mixGrey(row: Float64Array, { perIndex, starts, weights }: Taps, target: Float64Array): void {
  for (let column = 0, weight = 0; column < starts.length; column += 1) {
    let sum = 0;
    const first = starts[column]!;
    for (let source = first; source < first + perIndex; source += 1, weight += 1)
      sum += weights[weight]! * row[source]!;
    target[column] = sum;
  }
}

/** As `mixGrey`, for interleaved RGB. */
function mixColour(row: Float64Array, { perIndex, starts, weights }: Taps, target: Float64Array): void {
  for (let column = 0, weight = 0, at = 0; column < starts.length; column += 1, at += 3) {
    let red = 0;
    let green = 0;
    let blue = 0;
    const first = starts[column]! * 3;
    for (let source = first; source < first + perIndex * 3; source += 3, weight += 1) {
      const share = weights[weight]!;
      red += share * row[source]!;
      green += share * row[source + 1]!;
      blue += share * row[source + 2]!;
    }
    target[at] = red;
    target[at + 1] = green;
    target[at + 2] = blue;
  }
}
