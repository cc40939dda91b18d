import { bitmapToRle, decodeImage, rleArea, rleDice } from '@medzoo/core';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../statistics/bootstrap.js';
import { mean } from '../statistics/summary.js';
import { CORRUPTIONS } from './corruptions.js';
import { createChange } from './create-change.js';
import type { Pixels } from './pixels.js';

/** 1 2 3 over 4 5 6. */
const small: Pixels = { width: 3, height: 2, channels: 1, data: Uint8Array.of(1, 2, 3, 4, 5, 6) };
const flat = (value: number, channels: 1 | 3 = 1): Pixels => ({
  ...{ width: 64, height: 48, channels },
  data: new Uint8Array(64 * 48 * channels).fill(value),
});
const corrupt = async (name: string, image: Pixels, seed = 1): Promise<Pixels> =>
  CORRUPTIONS[name]!.change(image, createRandom(seed));
const valuesOf = async (name: string, image = small) => [...(await corrupt(name, image)).data];
const deviation = ({ data }: Pixels, from: number) => Math.sqrt(mean([...data].map((value) => (value - from) ** 2)));

/** A bright disc off the middle, in an image that is not a square. */
const SIZE = { width: 90, height: 60 };
const disc = Uint8Array.from({ length: SIZE.width * SIZE.height }, (_, pixel) => {
  const [x, y] = [pixel % SIZE.width, Math.floor(pixel / SIZE.width)];
  return (x - 40) ** 2 + (y - 28) ** 2 < 15 ** 2 ? 1 : 0;
});
const truth = bitmapToRle(disc, SIZE);
const file = await sharp(
  disc.map((bit) => 40 + 160 * bit),
  { raw: { ...SIZE, channels: 1 } },
)
  .png()
  .toBuffer();

describe('a corruption', () => {
  it('turns and mirrors', async () => {
    expect(await corrupt('rotate90', small)).toMatchObject({ width: 2, height: 3 });
    expect(await valuesOf('rotate90')).toEqual([3, 6, 2, 5, 1, 4]);
    expect(await valuesOf('rotate180')).toEqual([6, 5, 4, 3, 2, 1]);
    expect(await valuesOf('flip-x')).toEqual([3, 2, 1, 6, 5, 4]);
    expect(await valuesOf('flip-y')).toEqual([4, 5, 6, 1, 2, 3]);
  });

  it('changes values, which stay in 0..255', async () => {
    expect((await valuesOf('inverted'))[0]).toBe(254);
    expect([(await valuesOf('darker', flat(100)))[0], (await valuesOf('brighter', flat(100)))[0]]).toEqual([70, 130]);
    expect((await valuesOf('brighter', flat(250)))[0]).toBe(255);
    const two = { ...small, width: 2, height: 1, data: Uint8Array.of(100, 200) };
    expect([await valuesOf('contrast-low', two), await valuesOf('contrast-high', two)]).toEqual([
      [120, 180],
      [75, 225],
    ]);
    const red: Pixels = { width: 1, height: 1, channels: 3, data: Uint8Array.of(200, 0, 0) };
    expect(await valuesOf('grey', red)).toEqual([60, 60, 60]);
  });

  it.each([5, 10, 25])('adds noise of sigma %d, the same to the channels of a grey image', async (sigma) => {
    const noisy = await corrupt(`noise${sigma}`, flat(128, 3));
    expect(deviation(noisy, 128)).toBeGreaterThan(0.95 * sigma);
    expect(deviation(noisy, 128)).toBeLessThan(1.05 * sigma);
    expect(noisy.data.every((value, index) => value === noisy.data[index - (index % 3)])).toBe(true);
    expect(await corrupt(`noise${sigma}`, flat(128, 3))).toEqual(noisy);
    expect(await corrupt(`noise${sigma}`, flat(128, 3), 2)).not.toEqual(noisy);
    const colour = { ...flat(128, 3), data: flat(128, 3).data.map((value, index) => value + (index % 3)) };
    const coloured = await corrupt(`noise${sigma}`, colour);
    expect(coloured.data[0]! - coloured.data[1]!).not.toBe(-1);
  });

  it('crops 85 % of each side, fills up to a square, and doubles', async () => {
    expect(await corrupt('crop', flat(9))).toMatchObject({ width: 54, height: 41 });
    const boxed = await corrupt('letterbox', flat(9));
    expect(boxed).toMatchObject({ width: 64, height: 64 });
    expect([boxed.data[0], boxed.data[32 * 64]]).toEqual([0, 9]);
    expect(await corrupt('letterbox', { ...small, height: 3, data: new Uint8Array(9) })).toMatchObject({ height: 4 });
    expect(await corrupt('2x', flat(9, 3))).toMatchObject({ width: 128, height: 96, channels: 3 });
  });

  it.each([1, 3] as const)('enlarges an image of %d channels about its middle, not to one side', async (channels) => {
    // Rises by 6 with each column and by 4 with each row.
    const [width, height] = [20, 15];
    const data = Uint8Array.from({ length: width * height * channels }, (_, index) => {
      const pixel = Math.floor(index / channels);
      return 20 + 6 * (pixel % width) + 4 * Math.floor(pixel / width);
    });
    const { data: found } = await corrupt('2x', { width, height, channels, data });
    const off = [...found].flatMap((value, index) => {
      const [x, y] = [Math.floor(index / channels) % (2 * width), Math.floor(index / channels / (2 * width))];
      const isInside = x > 3 && x < 2 * width - 4 && y > 3 && y < 2 * height - 4;
      return isInside ? [value - (20 + 6 * ((x + 0.5) / 2 - 0.5) + 4 * ((y + 0.5) / 2 - 0.5))] : [];
    });
    // Half a pixel to the right and down would take 2.5 off each.
    expect(Math.max(...off.map(Math.abs))).toBeLessThan(1.1);
  });

  it.each(Object.keys(CORRUPTIONS))('%s: the mask still lies on what it outlines', async (name) => {
    const { image, moveMask } = await createChange(name, { id: 'row 1', seed: 1, decode: decodeImage })(file);
    const { width, height, data, channels } = await decodeImage(image);
    const moved = moveMask(truth);
    expect(moved.size).toEqual({ width, height });
    const levels = Uint8Array.from({ length: width * height }, (_, pixel) => data[pixel * channels]!);
    const middle = name === 'darker' ? 84 : name === 'brighter' ? 156 : 120;
    const found = levels.map((value) => (value > middle === (name !== 'inverted') ? 1 : 0));
    if (name === 'inverted') found.forEach((_, pixel) => (found[pixel] = levels[pixel]! < 135 ? 1 : 0));
    expect(rleArea(moved)).toBeGreaterThan(100);
    expect(rleDice(bitmapToRle(found, { width, height }), moved)).toBeGreaterThan(0.97);
    // The same again, and another crop for another image.
    expect((await createChange(name, { id: 'row 1', seed: 1, decode: decodeImage })(file)).image).toEqual(image);
    if (name === 'crop')
      expect((await createChange(name, { id: 'row 2', seed: 1, decode: decodeImage })(file)).image).not.toEqual(image);
  });
});
