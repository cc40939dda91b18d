import type { GaussianSpec } from '../contract/model/domain-spec.js';
import { toFloat64 } from './to-float64.js';

/** A normal distribution that is ready to be asked. */
export interface Gaussian {
  readonly mean: Float64Array;
  /** The lower triangle, row by row. */
  readonly factor: Float64Array;
  readonly offset: number;
}

export function createGaussian({ mean, factor, offset }: GaussianSpec): Gaussian {
  return { mean: toFloat64(mean), factor: toFloat64(factor), offset };
}

/** `|F (z - m)|^2 + c`: -2 log density of `z`, float64 [K], but for a constant that is the same for all. */
export function distanceTo({ mean, factor, offset }: Gaussian, z: Float64Array): number {
  const { length } = mean;
  let distance = offset;
  let at = 0;
  for (let row = 0; row < length; row += 1) {
    let sum = 0;
    for (let column = 0; column <= row; column += 1) {
      sum += factor[at]! * (z[column]! - mean[column]!);
      at += 1;
    }
    distance += sum * sum;
  }
  return distance;
}
