import type { ImageView } from '../../contract/index.js';

/** Stored values, from the one that becomes 0 to the one that becomes 255. */
export interface ValueRange {
  readonly low: number;
  readonly high: number;
}

/** Of the pixels, at each end: what so few have is not looked at, such as a detector's defects and thin lettering. */
const FEW = 0.005;
/** A patch of one value, such as a bar or a border, may cover so much. */
const MOST_PATCH = 0.5;

/**
 * The window of an image whose file states none, from its histogram (uint32 [65536], one count for each value): the
 * smallest and the largest value that go with the rest. Left out are, at either end, few pixels that lie farther off
 * than the others spread, and a patch of one single value, as a scale bar or a border has, that lies farther off than
 * all others spread together. An image without such outliers has the window from its minimum to its maximum.
 */
export function findWindow(histogram: Uint32Array): ValueRange {
  const total = histogram.reduce((sum, count) => sum + count, 0);
  if (total === 0) return { low: 0, high: 1 };
  const [lowPatch, highPatch] = [patchAt(histogram, total, 1), patchAt(histogram, total, -1)];
  for (const patches of [[lowPatch, highPatch], [lowPatch], [highPatch]]) {
    const without = Uint32Array.from(histogram);
    for (const { value } of patches) without[value] = 0;
    const left = total - patches.reduce((sum, { count }) => sum + count, 0);
    if (left < (1 - MOST_PATCH) * total) continue;
    const { low, high } = withoutOutliers(without, left);
    const isFarOff = ({ value }: Patch): boolean => Math.max(low - value, value - high) > high - low;
    if (high > low && patches.every(isFarOff)) return { low, high };
  }
  const range = withoutOutliers(histogram, total);
  return range.high > range.low ? range : { low: range.low, high: range.low + 1 };
}

/** All pixels of one value. */
interface Patch {
  readonly value: number;
  readonly count: number;
}

/** The outermost value, counted from the lower end (step 1) or the upper one, that is more than few pixels. */
function patchAt(histogram: Uint32Array, total: number, step: 1 | -1): Patch {
  const value = valueBeyond(histogram, (FEW / 10) * total, step);
  return { value, count: histogram[value]! };
}

/**
 * Tukey's rule, with all but the few at both ends in the place of quartiles: the outermost values within one spread of
 * those.
 */
function withoutOutliers(histogram: Uint32Array, total: number): ValueRange {
  const low = valueBeyond(histogram, FEW * total, 1);
  const high = valueBeyond(histogram, FEW * total, -1);
  if (high <= low) return { low: valueBeyond(histogram, 0, 1), high: valueBeyond(histogram, 0, -1) };
  const spread = high - low;
  let [first, last] = [Math.max(0, low - spread), Math.min(histogram.length - 1, high + spread)];
  while (histogram[first] === 0) first += 1;
  while (histogram[last] === 0) last -= 1;
  return { low: first, high: last };
}

/** The first value, from one end, by which more than `pixels` pixels have been passed. */
function valueBeyond(histogram: Uint32Array, pixels: number, step: 1 | -1): number {
  let value = step === 1 ? 0 : histogram.length - 1;
  let passed = histogram[value]!;
  while (passed <= pixels) {
    value += step;
    passed += histogram[value]!;
  }
  return value;
}

/** `width` values around `center`; the caller has checked both. */
export function rangeOf({ center, width }: NonNullable<ImageView['window']>): ValueRange {
  return { low: center - width / 2, high: center + width / 2 };
}
