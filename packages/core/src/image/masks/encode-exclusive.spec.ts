import { describe, expect, it } from 'vitest';
import { fitImage } from '../preprocess/geometry.js';
import { encodeExclusive } from './encode-exclusive.js';
import { decodeRle } from './rle.js';

const SIZE = { width: 5, height: 4 };

/** The same numbers for the same seed; `step` makes ties. */
function drawPlanes(count: number, seed: number, step = 0): Float32Array[] {
  let state = seed;
  const next = (): number => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    const value = 8 * (state / 2 ** 31) - 4;
    return step === 0 ? value : Math.round(value / step) * step;
  };
  return Array.from({ length: count }, () => Float32Array.from({ length: SIZE.width * SIZE.height }, next));
}

/** Which plane is highest at each pixel, sampled one by one. */
function sample(planes: readonly Float32Array[], image: { width: number; height: number }): number[] {
  const place = (at: number, length: number, samples: number) => {
    const where = Math.min(Math.max(((at + 0.5) * samples) / length - 0.5, 0), samples - 1);
    return [Math.floor(where), Math.min(Math.floor(where) + 1, samples - 1), where % 1] as const;
  };
  return Array.from({ length: image.width * image.height }, (_, pixel) => {
    const [left, right, across] = place(pixel % image.width, image.width, SIZE.width);
    const [top, bottom, down] = place(Math.floor(pixel / image.width), image.height, SIZE.height);
    const levels = planes.map((plane) => {
      const at = (row: number): number =>
        plane[row * SIZE.width + left]! * (1 - across) + plane[row * SIZE.width + right]! * across;
      return at(top) * (1 - down) + at(bottom) * down;
    });
    return levels.indexOf(Math.max(...levels));
  });
}

const geometryOf = (image: { width: number; height: number }) =>
  fitImage(image, { size: { width: 10, height: 8 }, fit: 'stretch' });

describe('encodeExclusive', () => {
  it.each([
    [{ width: 37, height: 23 }, 3, 0],
    [{ width: 5, height: 4 }, 4, 0],
    [{ width: 3, height: 2 }, 4, 0],
    [{ width: 31, height: 44 }, 5, 4],
  ])('gives each of %j pixels to the highest of %d planes, and to no two', (image, count, step) => {
    for (const seed of [1, 2, 3, 4]) {
      const planes = drawPlanes(count, seed, step);
      const expected = sample(planes, image);
      const masks = encodeExclusive(planes, SIZE, count - 1, geometryOf(image)).map((rle) => decodeRle(rle));
      const found = expected.map((_, pixel) => masks.flatMap((mask, plane) => (mask[pixel] ? [plane] : [])));
      expect(found).toEqual(expected.map((plane) => (plane < count - 1 ? [plane] : [])));
    }
  });

  it('gives all of equal planes to the first', () => {
    const flat = [0, 1].map(() => new Float32Array(SIZE.width * SIZE.height));
    const [first, second] = encodeExclusive(flat, SIZE, 2, geometryOf({ width: 7, height: 6 })).map((rle) =>
      decodeRle(rle),
    );
    expect(first!.every((value) => value === 1)).toBe(true);
    expect(second!.some((value) => value === 1)).toBe(false);
  });
});
