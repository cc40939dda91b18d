/** Rows summed at a time, before a 16-bit half could overflow: 255 * (1 + 2 + ... + 22) < 2 ** 16. */
const MOST_ROWS = 22;

/**
 * Yields `to` rows shrunk from the rows of `data` (uint8, `stride` samples each) with the antialiasing triangle, weights summing
 * to 1; the array is used again for the row after next.
 *
 * Between two neighbouring output centres, an input row at d of the way down counts 1 - d for the upper one and d for the lower.
 * So every input row is read once, and of the rows in between only two sums are needed: of the rows, and of d * row. Both
 * follow exactly from whole numbers, summed four bytes at a time, which makes this four times as fast as weighing each byte.
 */
export function* shrinkRows(data: Uint8Array, stride: number, to: number): Generator<Float64Array> {
  const from = data.length / stride;
  const scale = from / to;
  const words = Math.ceil(stride / 4);
  const bytes = new Uint8Array(words * 4 * MOST_ROWS);
  let upper = new Float64Array(words * 4);
  let lower = new Float64Array(words * 4);

  for (let index = -1; index < to; index += 1) {
    const centre = (index + 0.5) * scale - 0.5;
    const last = Math.min(from, Math.ceil(centre + scale));
    const share = { upper: 1 / triangleSum(centre, scale, from), lower: 1 / triangleSum(centre + scale, scale, from) };
    for (let first = Math.max(0, Math.ceil(centre)); first < last; first += MOST_ROWS) {
      const count = Math.min(MOST_ROWS, last - first);
      for (let row = 0; row < count; row += 1) {
        const source = (first + row) * stride;
        bytes.set(data.subarray(source, source + stride), row * words * 4);
      }
      addRows(bytes, { words, count }, { distance: (first - centre) / scale, step: 1 / scale }, share, upper, lower);
    }
    if (index >= 0) yield upper;
    [upper, lower] = [lower, upper];
    lower.fill(0);
  }
}

/** Sum of a triangle's weights over the rows 0..from - 1. */
function triangleSum(centre: number, scale: number, from: number): number {
  let sum = 0;
  for (let row = Math.max(0, Math.ceil(centre - scale)); row < Math.min(from, centre + scale); row += 1) {
    sum += 1 - Math.abs(row - centre) / scale;
  }
  return sum;
}

interface Shares {
  readonly upper: number;
  readonly lower: number;
}

/**
 * Adds `count` rows of `words` 32-bit words to both output rows; the first lies at `distance`, each next one `step` further.
 * Bytes 0 and 2 of a little-endian word are summed as two 16-bit halves of one number, bytes 1 and 3 of another. `rising` is the
 * sum of all partial sums: the first row is in it `count` times, the last once, hence the sum of index * row is count * sum - rising.
 */
function addRows(
  bytes: Uint8Array,
  { words, count }: { readonly words: number; readonly count: number },
  { distance, step }: { readonly distance: number; readonly step: number },
  share: Shares,
  upper: Float64Array,
  lower: Float64Array,
): void {
  const packed = new Int32Array(bytes.buffer);
  const end = words * count;
  const lowerSum = (distance + step * count) * share.lower;
  const lowerRising = -step * share.lower;
  const upperSum = (1 - distance - step * count) * share.upper;
  const upperRising = step * share.upper;

  for (let word = 0, sample = 0; word < words; word += 1, sample += 4) {
    let sum02 = 0;
    let sum13 = 0;
    let rising02 = 0;
    let rising13 = 0;
    for (let source = word; source < end; source += words) {
      const four = packed[source]!;
      sum02 = (sum02 + (four & 0xff00ff)) | 0;
      sum13 = (sum13 + ((four >>> 8) & 0xff00ff)) | 0;
      rising02 = (rising02 + sum02) | 0;
      rising13 = (rising13 + sum13) | 0;
    }
    upper[sample]! += upperSum * (sum02 & 0xffff) + upperRising * (rising02 & 0xffff);
    lower[sample]! += lowerSum * (sum02 & 0xffff) + lowerRising * (rising02 & 0xffff);
    upper[sample + 1]! += upperSum * (sum13 & 0xffff) + upperRising * (rising13 & 0xffff);
    lower[sample + 1]! += lowerSum * (sum13 & 0xffff) + lowerRising * (rising13 & 0xffff);
    upper[sample + 2]! += upperSum * (sum02 >>> 16) + upperRising * (rising02 >>> 16);
    lower[sample + 2]! += lowerSum * (sum02 >>> 16) + lowerRising * (rising02 >>> 16);
    upper[sample + 3]! += upperSum * (sum13 >>> 16) + upperRising * (rising13 >>> 16);
    lower[sample + 3]! += lowerSum * (sum13 >>> 16) + lowerRising * (rising13 >>> 16);
  }
}
