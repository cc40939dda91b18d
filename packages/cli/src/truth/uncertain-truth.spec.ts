import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { decodeRle, rleArea } from '@medzoo/core';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { writeBlackTiff } from '../../test/write-black-tiff.js';
import { writeTiff, type TiffSpec } from '../testing/write-tiff.js';
import type { Seen } from './compare-shape.js';
import { readTruth } from './read-truth.js';

const SIZE = { width: 24, height: 16 };
const PIXELS = SIZE.width * SIZE.height;
/** A box of 8 x 6 pixels. */
const MASK = Array.from({ length: PIXELS }, (_, pixel) => {
  const [x, y] = [pixel % SIZE.width, Math.floor(pixel / SIZE.width)];
  return x >= 5 && x < 13 && y >= 4 && y < 10 ? 1 : 0;
});
const TURNED = Array.from({ length: PIXELS }, (_, pixel) => {
  // Orientation 6 turns what is stored clockwise: column 0 of the stored picture becomes row 0, from the bottom up.
  const [x, y] = [pixel % SIZE.height, Math.floor(pixel / SIZE.height)];
  return MASK[(SIZE.height - 1 - x) * SIZE.width + y]!;
});

const paint = (channels: 1 | 2 | 3 | 4, colour: (bit: number, pixel: number) => readonly number[]): Sharp => {
  const image = sharp(Uint8Array.from(MASK.flatMap(colour)), { raw: { ...SIZE, channels } });
  return channels === 1 ? image.toColourspace('b-w') : image;
};
const grey = (values: (bit: number, pixel: number) => number): Promise<Buffer> =>
  paint(1, (bit, pixel) => [values(bit, pixel)])
    .png()
    .toBuffer();
const tiff = (spec: Partial<TiffSpec> & Pick<TiffSpec, 'kind' | 'bits'>): Promise<Buffer> =>
  Promise.resolve(writeTiff({ ...SIZE, values: MASK, ...spec }));
const shade = (pixel: number): number => (pixel * 37) % 251;

async function read(file: Promise<Uint8Array>, image: Partial<Seen> = {}) {
  const path = join(await mkdtemp(join(tmpdir(), 'mask-')), 'mask');
  await writeFile(path, await file);
  return readTruth(path, { ...SIZE, orientation: 1, ...image });
}

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
    const { rle, assumptions } = await read(file);
    expect([...decodeRle(rle)]).toEqual(MASK);
    expect(assumptions).toEqual([]);
  });

  it('turns a mask by its EXIF orientation, as its image is turned', async () => {
    const file = paint(1, (bit) => [bit * 255])
      .png()
      .withMetadata({ orientation: 6 })
      .toBuffer();
    const { rle, assumptions } = await read(file, { width: SIZE.height, height: SIZE.width, orientation: 6 });
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
    const { rle, assumptions } = await read(paint(4, colour).png().toBuffer());
    expect([...decodeRle(rle)]).toEqual(MASK);
    expect(assumptions).toEqual([assumption]);
  });

  it('inverted: nearly all, all of it, or more than half and the rim', async () => {
    for (const file of [
      grey((bit) => 255 * (1 - bit)),
      grey(() => 255),
      grey((_, pixel) => (pixel % 24 < 14 ? 255 : 0)),
    ]) {
      const { rle, assumptions } = await read(file);
      const isRim = rleArea(rle) < PIXELS * 0.6;
      expect(assumptions).toEqual(isRim ? [] : ['inverted']);
    }
    const large = MASK.map((_, pixel) => (pixel % 24 > 5 && pixel % 24 < 15 && pixel > 48 && pixel < 300 ? 0 : 255));
    expect((await read(grey((_, pixel) => large[pixel]!))).assumptions).toEqual(['inverted']);
  });

  it('soft: greys in a large part of it', async () => {
    const slope = (pixel: number): number => 20 * Math.max(0, 12 - Math.abs((pixel % 24) - 12)) + (pixel % 7);
    expect((await read(grey((_, pixel) => Math.min(255, slope(pixel))))).assumptions).toEqual(['soft']);
  });

  it('stretched and resized: another size, of another shape or of the same', async () => {
    const file = grey((bit) => bit * 255);
    expect((await read(file, { width: 48, height: 32 })).assumptions).toEqual(['resized']);
    expect((await read(file, { width: 47, height: 31 })).assumptions).toEqual(['resized']);
    expect((await read(file, { width: 32, height: 32 })).assumptions).toEqual(['stretched']);
  });

  it('orientation: an image with a tag and a mask without one', async () => {
    const file = grey((bit) => bit * 255);
    expect((await read(file, { orientation: 3 })).assumptions).toEqual(['orientation']);
    expect((await read(file, { orientation: 6 })).assumptions).toEqual(['orientation']);
  });
});

function blackenPalette(png: Buffer): Buffer {
  const at = png.indexOf('PLTE');
  const end = at + 4 + png.readUInt32BE(at - 4);
  png.fill(0, at + 4, end);
  png.writeUInt32BE(crc32(png.subarray(at, end)), end);
  return png;
}

describe('a mask that is refused', () => {
  const colours = (bit: number, pixel: number): readonly number[] => {
    const isLeft = pixel % SIZE.width < 9;
    return bit === 0 ? [0, 0, 0] : isLeft ? [255, 0, 0] : [0, 255, 0];
  };
  const lines =
    (levels: readonly number[]) =>
    (_bit: number, pixel: number): number =>
      levels[pixel % 24] ?? 0;

  it.each([
    ['classes in colours', paint(3, colours).png().toBuffer(), 'got areas of rgb(255 0 0), rgb(0 255 0), which may be'],
    ['such classes as a JPEG', paint(3, colours).jpeg({ quality: 95 }).toBuffer(), 'Expected two levels'],
    ['such classes as a palette', paint(3, colours).png({ palette: true }).toBuffer(), 'got areas of rgb('],
    [
      'colours without a black one',
      paint(3, (bit) => [255, 255 * bit, 255])
        .png()
        .toBuffer(),
      'whose background is 0',
    ],
    ['two greys without a 0', grey((bit) => 200 + bit * 55), 'whose background is 0; got values from 200 up'],
    ['thin lines that are numbered', grey(lines([0, 1, 0, 0, 2])), 'got 3 levels up to 2, which'],
    ['thin lines of many numbers', grey(lines([0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 60])), 'Expected two levels'],
    ['thin lines of classes', grey(lines([0, 1, 0, 255])), 'got areas of 1, 255, which'],
    ['probabilities that stay low', grey((_, pixel) => (pixel % 24) * 3), 'Expected two levels'],
    [
      'probabilities that stay low, as floats',
      tiff({ kind: 'float', bits: 32, values: MASK.map((_, pixel) => (pixel % 24) / 80) }),
      'Expected two levels',
    ],
    ['numbers below 0', tiff({ kind: 'int', bits: 32, values: MASK.map((bit) => -bit) }), 'from 0 up; got -1'],
    [
      'signed 16 bits below 0',
      tiff({ kind: 'int', bits: 16, values: MASK.map((bit) => -bit) }),
      'signed 16-bit values below 0',
    ],
    ['floats of 64 bits', tiff({ kind: 'float', bits: 64 }), 'float, 64 bits'],
    ['what is not a number', tiff({ kind: 'float', bits: 32, values: MASK.map((bit) => bit / 0) }), 'NaN'],
    [
      'planar grey samples',
      tiff({ kind: 'uint', bits: 8, values: [...MASK, ...MASK], samples: 2, isPlanar: true }),
      'a grey TIFF of 2 channels',
    ],
    [
      'colours of 32 bits',
      tiff({ kind: 'uint', bits: 32, values: MASK.flatMap((bit) => [bit, 0, 0]), samples: 3, photometric: 2 }),
      '3 channels of type uint',
    ],
    ['a colour space of printers', paint(3, colours).toColourspace('cmyk').tiff().toBuffer(), 'the colour space cmyk'],
    [
      'a drawing',
      Promise.resolve(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="24" height="16"/>')),
      'a SVG file',
    ],
    [
      'only transparent pixels that are not black',
      paint(4, () => [9, 9, 9, 0])
        .png()
        .toBuffer(),
      'is transparent',
    ],
  ])('%s', async (_name, file, message) => {
    await expect(read(file)).rejects.toThrow(message);
  });

  it('a palette that shows all of its values as black, but not one of which only the first is used', async () => {
    const colours = grey((bit) => 85 * bit).then((bytes) => sharp(bytes).png({ palette: true, colours: 4 }).toBuffer());
    const black = blackenPalette(await colours);
    await expect(read(Promise.resolve(black))).rejects.toThrow('its palette shows all of them as black');
    const empty = blackenPalette(
      await sharp(await grey(() => 0))
        .png({ palette: true })
        .toBuffer(),
    );
    expect(rleArea((await read(Promise.resolve(empty))).rle)).toBe(0);
  });

  it.each([true, false])('the same as a TIFF (little endian: %s)', async (isLittle) => {
    const black = writeBlackTiff(MASK, SIZE, isLittle);
    await expect(read(Promise.resolve(black))).rejects.toThrow('its palette shows all of them as black');
    const empty = writeBlackTiff(
      MASK.map(() => 0),
      SIZE,
      isLittle,
    );
    expect(rleArea((await read(Promise.resolve(empty))).rle)).toBe(0);
  });

  it('several pages, of which one may hold the mask', async () => {
    const pages = sharp(Uint8Array.from([...MASK.map(() => 0), ...MASK.map((bit) => bit * 255)]), {
      raw: { width: SIZE.width, height: SIZE.height * 2, channels: 1, pageHeight: SIZE.height },
    });
    await expect(read(pages.tiff().toBuffer())).rejects.toThrow('Expected a mask of one page; got a file of 2 pages.');
    await expect(read(pages.webp().toBuffer())).rejects.toThrow('a file of 2 pages');
  });

  it('one that is turned against its image', async () => {
    const file = grey((bit) => bit * 255);
    const image = { width: SIZE.height, height: SIZE.width };
    await expect(read(file, image)).rejects.toThrow('The mask is 24 x 16 and its image 16 x 24');
    await expect(read(file, { ...image, orientation: 6 })).rejects.toThrow('Give both the same EXIF orientation');
  });

  it('but not one that is empty, whatever its depth', async () => {
    const nothing = MASK.map(() => 0);
    for (const file of [
      grey(() => 0),
      tiff({ kind: 'int', bits: 32, values: nothing }),
      paint(4, () => [0, 0, 0, 0])
        .png()
        .toBuffer(),
      paint(4, () => [0, 0, 0, 255])
        .png()
        .toBuffer(),
    ]) {
      const { rle, assumptions } = await read(file);
      expect([rleArea(rle), assumptions]).toEqual([0, []]);
    }
  });
});
