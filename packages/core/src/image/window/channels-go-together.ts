import type { Samples } from './samples-to-levels.js';
import type { ValueRange } from './default-window.js';

/** So many pixels, spread over the image, tell enough. */
const MOST_LOOKED_AT = 65_536;
/**
 * Correlation of two channels from which they show one scene. In 500 photographs, endoscopies, fundus images and
 * stained slides the least of three was 0.47.
 */
const LEAST_CORRELATION = 0.2;

/**
 * Whether red, green and blue rise and fall together, as those of one scene do, or are three measurements that only
 * share a file, for which no one window is right. A channel that has one value throughout contradicts nobody. Hidden
 * pixels do not count, and what is beyond the window, as a coloured scale bar or a hot pixel is, counts as its ends.
 */
export function channelsGoTogether(samples: Samples, alpha: number | undefined, window: ValueRange): boolean {
  return [
    [0, 1],
    [1, 2],
    [0, 2],
  ].every(([a, b]) => correlation(samples, alpha, window, [a!, b!]) >= LEAST_CORRELATION);
}

/** Pearson's; 1 where a channel does not vary. */
function correlation(
  { data, channels }: Samples,
  alpha: number | undefined,
  { low, high }: ValueRange,
  [a, b]: readonly [number, number],
): number {
  const pixels = data.length / channels;
  const step = Math.max(1, Math.floor(pixels / MOST_LOOKED_AT)) * channels;
  const within = (value: number): number => Math.min(high, Math.max(low, value)) - low;
  let [count, sumA, sumB, squaresA, squaresB, products] = [0, 0, 0, 0, 0, 0];
  for (let pixel = 0; pixel < data.length; pixel += step) {
    if (alpha !== undefined && data[pixel + alpha] === 0) continue;
    const [x, y] = [within(data[pixel + a]!), within(data[pixel + b]!)];
    count += 1;
    sumA += x;
    sumB += y;
    squaresA += x * x;
    squaresB += y * y;
    products += x * y;
  }
  const varianceA = squaresA * count - sumA ** 2;
  const varianceB = squaresB * count - sumB ** 2;
  if (varianceA <= 0 || varianceB <= 0) return 1;
  return (products * count - sumA * sumB) / Math.sqrt(varianceA * varianceB);
}
