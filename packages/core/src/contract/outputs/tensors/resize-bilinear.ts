import type { Size } from '../../backend/tensor.js';

/** Where one output index reads from: `before * (1 - share) + after * share`. */
interface Taps {
  readonly before: Int32Array;
  readonly after: Int32Array;
  readonly share: Float32Array;
}

/** Half-pixel centres, clamped at the edges (align_corners false). */
function tapsFor(length: number, from: number): Taps {
  const taps: Taps = { before: new Int32Array(length), after: new Int32Array(length), share: new Float32Array(length) };
  for (let index = 0; index < length; index += 1) {
    const source = Math.min(Math.max(((index + 0.5) * from) / length - 0.5, 0), from - 1);
    taps.before[index] = Math.floor(source);
    taps.after[index] = Math.min(Math.floor(source) + 1, from - 1);
    taps.share[index] = source - Math.floor(source);
  }
  return taps;
}

/**
 * Resizes one plane, float32 [height, width], bilinearly without antialiasing, as torch's
 * interpolate(align_corners=False).
 */
export function resizeBilinear(plane: Float32Array, from: Size, to: Size): Float32Array {
  if (plane.length !== from.width * from.height) {
    throw new RangeError(
      `A plane of ${from.width} x ${from.height} holds ${from.width * from.height} numbers; got ${plane.length}.`,
    );
  }
  const columns = tapsFor(to.width, from.width);
  const rows = tapsFor(to.height, from.height);
  const resized = new Float32Array(to.width * to.height);
  for (let y = 0; y < to.height; y += 1) {
    const above = rows.before[y]! * from.width;
    const below = rows.after[y]! * from.width;
    const down = rows.share[y]!;
    for (let x = 0; x < to.width; x += 1) {
      const left = columns.before[x]!;
      const right = columns.after[x]!;
      const across = columns.share[x]!;
      const top = plane[above + left]! * (1 - across) + plane[above + right]! * across;
      const bottom = plane[below + left]! * (1 - across) + plane[below + right]! * across;
      resized[y * to.width + x] = top * (1 - down) + bottom * down;
    }
  }
  return resized;
}
