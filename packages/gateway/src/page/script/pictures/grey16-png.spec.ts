import sharp, { type PngOptions } from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodeGrey16Png } from './grey16-png.js';

const [width, height] = [37, 40];
/** Of 12 bits, smooth here and rough there: the encoder that chooses a filter for each row chooses each of the four. */
const values = Uint16Array.from({ length: width * height }, (_, pixel) => {
  const [x, y] = [pixel % width, Math.floor(pixel / width)];
  return 1500 + 800 * Math.sin(x / 9 + y / 7) + ((x * x * 31 + y * y * 17 + x * y * 13) % 211) * (y % 3);
});
const [min, max] = [Math.min(...values), Math.max(...values)];
const shown = Array.from(values, (value) => Math.round(((value - min) / (max - min)) * 255));

function encodePng(options: PngOptions = {}, samples = values, channels: 1 | 2 = 1): Promise<Buffer> {
  return sharp(samples, { raw: { width, height, channels } }).toColourspace('grey16').png(options).toBuffer();
}

const decode = (bytes: Uint8Array) => decodeGrey16Png(Uint8Array.from(bytes));

describe('a PNG of 16-bit grey', () => {
  it.each([false, true])('shows its own darkest to brightest value, filters by row: %s', async (adaptiveFiltering) => {
    const pixels = await decode(await encodePng({ adaptiveFiltering }));
    expect(pixels).toMatchObject({ width, height });
    expect([...pixels!.data].filter((_, index) => index % 4 === 0)).toEqual(shown);
    expect([...pixels!.data].filter((_, index) => index % 4 === 3)).toEqual(shown.map(() => 255));
  });

  it('may have an alpha channel, which is not shown', async () => {
    const samples = Uint16Array.from([...values].flatMap((value) => [value, 40_000]));
    const png = await encodePng({ adaptiveFiltering: true }, samples, 2);
    expect([png[24], png[25]]).toEqual([16, 4]); // depth and colour type
    const pixels = await decode(png);
    expect([...pixels!.data].filter((_, index) => index % 4 === 0)).toEqual(shown);
  });

  it('of one value is black', async () => {
    const pixels = await decode(
      await encodePng(
        {},
        values.map(() => 900),
      ),
    );
    expect(new Set(pixels?.data)).toEqual(new Set([0, 255]));
  });

  it('is left to the browser if it is interlaced', async () => {
    expect(await decode(await encodePng({ progressive: true }))).toBeUndefined();
  });

  it.each([12, 60, 400])('is left to the browser if it is cut off after %i bytes', async (length) => {
    expect(await decode((await encodePng()).subarray(0, length))).toBeUndefined();
  });

  it.each(['png', 'jpeg'] as const)('is told from an 8-bit %s', async (format) => {
    const bytes = await sharp({ create: { width, height, channels: 3, background: '#345' } })
      .toFormat(format)
      .toBuffer();
    expect(await decode(bytes)).toBeUndefined();
  });
});
