import { crc32 } from 'node:zlib';
import { rleArea } from '@medzoo/core';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { writeBlackTiff } from '../../test/write-black-tiff.js';
import { grey, MASK, paint, readMask, SIZE, tiff } from '../testing/paint-mask.js';

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
    await expect(readMask(file)).rejects.toThrow(message);
  });

  it('a palette that shows all of its values as black, but not one of which only the first is used', async () => {
    const colours = grey((bit) => 85 * bit).then((bytes) => sharp(bytes).png({ palette: true, colours: 4 }).toBuffer());
    const black = blackenPalette(await colours);
    await expect(readMask(Promise.resolve(black))).rejects.toThrow('its palette shows all of them as black');
    const empty = blackenPalette(
      await sharp(await grey(() => 0))
        .png({ palette: true })
        .toBuffer(),
    );
    expect(rleArea((await readMask(Promise.resolve(empty))).rle)).toBe(0);
  });

  it.each([true, false])('the same as a TIFF (little endian: %s)', async (isLittle) => {
    const black = writeBlackTiff(MASK, SIZE, isLittle);
    await expect(readMask(Promise.resolve(black))).rejects.toThrow('its palette shows all of them as black');
    const empty = writeBlackTiff(
      MASK.map(() => 0),
      SIZE,
      isLittle,
    );
    expect(rleArea((await readMask(Promise.resolve(empty))).rle)).toBe(0);
  });

  it('several pages, of which one may hold the mask', async () => {
    const pages = sharp(Uint8Array.from([...MASK.map(() => 0), ...MASK.map((bit) => bit * 255)]), {
      raw: { width: SIZE.width, height: SIZE.height * 2, channels: 1, pageHeight: SIZE.height },
    });
    await expect(readMask(pages.tiff().toBuffer())).rejects.toThrow(
      'Expected a mask of one page; got a file of 2 pages.',
    );
    await expect(readMask(pages.webp().toBuffer())).rejects.toThrow('a file of 2 pages');
  });

  it('one that is turned against its image', async () => {
    const file = grey((bit) => bit * 255);
    const image = { width: SIZE.height, height: SIZE.width };
    await expect(readMask(file, image)).rejects.toThrow('The mask is 24 x 16 and its image 16 x 24');
    await expect(readMask(file, { ...image, orientation: 6 })).rejects.toThrow('Give both the same EXIF orientation');
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
      const { rle, assumptions } = await readMask(file);
      expect([rleArea(rle), assumptions]).toEqual([0, []]);
    }
  });
});
