import { decodeRle, rleArea } from '@medzoo/core';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { grey, MASK, paint, PIXELS, readMask, SIZE, tiff } from '../testing/paint-mask.js';

const TURNED = Array.from({ length: PIXELS }, (_, pixel) => {
  // Orientation 6 turns what is stored clockwise: column 0 of the stored picture becomes row 0, from the bottom up.
  const [x, y] = [pixel % SIZE.height, Math.floor(pixel / SIZE.height)];
  return MASK[(SIZE.height - 1 - x) * SIZE.width + y]!;
});

const shade = (pixel: number): number => (pixel * 37) % 251;

describe('a mask that can be read for certain', () => {
  it.each([
    ['unsigned 32 bits, 0 and 1', tiff({ kind: 'uint', bits: 32 })],
    ['signed 32 bits, 0 and 1', tiff({ kind: 'int', bits: 32 })],
    ['32 bits, 0 and 70000', tiff({ kind: 'int', bits: 32, values: MASK.map((bit) => bit * 70_000) })],
    ['signed 16 bits', tiff({ kind: 'int', bits: 16 })],
    ['floats, 0 and 1', tiff({ kind: 'float', bits: 32 })],
    ['floats, 0 and 0.5', tiff({ kind: 'float', bits: 32, values: MASK.map((bit) => bit / 2) })],
    [
      'planar RGB',
      tiff({ kind: 'uint', bits: 8, values: [...MASK, ...MASK, ...MASK], samples: 3, isPlanar: true, photometric: 2 }),
    ],
    [
      'two bits, 0 and 1',
      grey((bit) => bit * 85).then((bytes) => sharp(bytes).png({ palette: true, colours: 4 }).toBuffer()),
    ],
    [
      'a JPEG with its ringing',
      grey((bit) => bit * 255).then((bytes) => sharp(bytes).jpeg({ quality: 95 }).toBuffer()),
    ],
  ])('reads %s', async (_name, file) => {
    const { rle, assumptions } = await readMask(file);
    expect([...decodeRle(rle)]).toEqual(MASK);
    expect(assumptions).toEqual([]);
  });

  it('turns a mask by its EXIF orientation, as its image is turned', async () => {
    const file = paint(1, (bit) => [bit * 255])
      .png()
      .withMetadata({ orientation: 6 })
      .toBuffer();
    const { rle, assumptions } = await readMask(file, { width: SIZE.height, height: SIZE.width, orientation: 6 });
    expect([...decodeRle(rle)]).toEqual(TURNED);
    expect(assumptions).toEqual([]);
  });
});

describe('a mask that says what was assumed', () => {
  it.each([
    ['alpha', 'black, with the mask in its alpha', (bit: number) => [0, 0, 0, 255 * bit]],
    ['alpha', 'white, with the mask in its alpha', (bit: number) => [255, 255, 255, 255 * bit]],
    [
      'alpha',
      'a picture that is hidden outside',
      (bit: number, pixel: number) => [bit ? 9 : shade(pixel), 9, 9, 255 * bit],
    ],
    ['transparent', 'hidden corners', (bit: number, pixel: number) => [255 * bit, 0, 0, pixel < 24 ? 0 : 255]],
  ])('%s: %s', async (assumption, _name, colour) => {
    const { rle, assumptions } = await readMask(paint(4, colour).png().toBuffer());
    expect([...decodeRle(rle)]).toEqual(MASK);
    expect(assumptions).toEqual([assumption]);
  });

  it('inverted: nearly all, all of it, or more than half and the rim', async () => {
    for (const file of [
      grey((bit) => 255 * (1 - bit)),
      grey(() => 255),
      grey((_, pixel) => (pixel % 24 < 14 ? 255 : 0)),
    ]) {
      const { rle, assumptions } = await readMask(file);
      const isRim = rleArea(rle) < PIXELS * 0.6;
      expect(assumptions).toEqual(isRim ? [] : ['inverted']);
    }
    const large = MASK.map((_, pixel) => (pixel % 24 > 5 && pixel % 24 < 15 && pixel > 48 && pixel < 300 ? 0 : 255));
    expect((await readMask(grey((_, pixel) => large[pixel]!))).assumptions).toEqual(['inverted']);
  });

  it('soft: greys in a large part of it', async () => {
    const slope = (pixel: number): number => 20 * Math.max(0, 12 - Math.abs((pixel % 24) - 12)) + (pixel % 7);
    expect((await readMask(grey((_, pixel) => Math.min(255, slope(pixel))))).assumptions).toEqual(['soft']);
  });

  it('stretched and resized: another size, of another shape or of the same', async () => {
    const file = grey((bit) => bit * 255);
    expect((await readMask(file, { width: 48, height: 32 })).assumptions).toEqual(['resized']);
    expect((await readMask(file, { width: 47, height: 31 })).assumptions).toEqual(['resized']);
    expect((await readMask(file, { width: 32, height: 32 })).assumptions).toEqual(['stretched']);
  });

  it('orientation: an image with a tag and a mask without one', async () => {
    const file = grey((bit) => bit * 255);
    expect((await readMask(file, { orientation: 3 })).assumptions).toEqual(['orientation']);
    expect((await readMask(file, { orientation: 6 })).assumptions).toEqual(['orientation']);
  });
});
