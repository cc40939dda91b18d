import type { PreprocessSpec } from '../../contract/index.js';

/**
 * What each output index along one axis reads: `perIndex` consecutive inputs from `starts`, weighted; unused weights
 * are 0.
 */
export interface Taps {
  readonly perIndex: number;
  readonly starts: Int32Array;
  /** [outputs, perIndex]. */
  readonly weights: Float32Array;
}

export type Interpolation = Pick<PreprocessSpec, 'interpolation' | 'antialias'>;

/** How `from` samples along one axis become `to`. */
export function tapsFor(from: number, to: number, { interpolation, antialias = false }: Interpolation): Taps {
  if (interpolation === 'nearest') {
    const starts = Int32Array.from({ length: to }, (_, index) => Math.floor((index * from) / to));
    return { perIndex: 1, starts, weights: new Float32Array(to).fill(1) };
  }
  return triangleTaps(from, to, antialias ? Math.max(from / to, 1) : 1);
}

/**
 * A triangle of half width `support` around each half-pixel centre, its weights inside the image summing to 1. With
 * support 1 that is plain bilinear, edges held; with support from / to it is the antialiased kernel of Pillow and
 * torch.
 */
function triangleTaps(from: number, to: number, support: number): Taps {
  const perIndex = Math.min(from, Math.ceil(2 * support));
  const taps: Taps = { perIndex, starts: new Int32Array(to), weights: new Float32Array(to * perIndex) };
  const weights = new Float64Array(perIndex);
  for (let index = 0; index < to; index += 1) {
    const centre = ((index + 0.5) * from) / to;
    const start = Math.min(Math.max(0, Math.ceil(centre - support - 0.5)), from - perIndex);
    let sum = 0;
    for (let tap = 0; tap < perIndex; tap += 1) {
      weights[tap] = Math.max(0, 1 - Math.abs(start + tap + 0.5 - centre) / support);
      sum += weights[tap]!;
    }
    for (let tap = 0; tap < perIndex; tap += 1) taps.weights[index * perIndex + tap] = weights[tap]! / sum;
    taps.starts[index] = start;
  }
  return taps;
}
