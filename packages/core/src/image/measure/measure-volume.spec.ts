import { expect, it } from 'vitest';
import { bitmapToRle } from '../masks/rle.js';
import { measureVolume } from './measure-volume.js';

const size = { width: 4, height: 3 };
const maskOf = (pixels: number) =>
  bitmapToRle(
    Uint8Array.from({ length: 12 }, (_, index) => (index < pixels ? 1 : 0)),
    size,
  );

it('is the pixels of all slices times a voxel', () => {
  expect(measureVolume([maskOf(0), maskOf(5), maskOf(7)], { x: 0.5, y: 0.5, z: 3 })).toBeCloseTo(12 * 0.75);
  expect(measureVolume([], { x: 1, y: 1, z: 1 })).toBe(0);
});

it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('needs a distance between slices: not %s', (z) => {
  expect(() => measureVolume([maskOf(1)], { x: 1, y: 1, z })).toThrow(
    expect.objectContaining({ code: 'INVALID_PARAM' }),
  );
});
