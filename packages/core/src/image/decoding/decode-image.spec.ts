import { existsSync, readdirSync, readFileSync } from 'node:fs';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import type { ImageDecoder } from '../../contract/index.js';
import { decodeImage, describeImage } from './decode-image.js';

const width = 30;
const height = 20;

/** Red grows to the right, green downwards. */
const rgb = Uint8Array.from({ length: width * height * 3 }, (_, index) => {
  const [pixel, channel] = [Math.floor(index / 3), index % 3];
  return [(pixel % width) * 8, Math.floor(pixel / width) * 12, 50][channel]!;
});
const colour = (): Sharp => sharp(rgb, { raw: { width, height, channels: 3 } });

/** An uncompressed little-endian TIFF of one channel: `tags` [id, type (3 short, 4 long), value]. */
function greyTiff(
  values: Uint16Array | Float32Array,
  extraTags: readonly (readonly [number, number, number])[] = [],
): Uint8Array {
  const isFloat = values instanceof Float32Array;
  const tags = [
    [256, 3, width],
    [257, 3, height],
    [258, 3, values.BYTES_PER_ELEMENT * 8],
    [259, 3, 1],
    [262, 3, 1],
    [273, 4, 8],
    [277, 3, 1],
    [278, 3, height],
    [279, 4, values.byteLength],
    [339, 3, isFloat ? 3 : 1],
    ...extraTags,
  ].toSorted(([a], [b]) => a - b);
  const file = Buffer.alloc(8 + values.byteLength + 2 + tags.length * 12 + 4);
  file.write('II*\0', 'latin1');
  file.writeUInt32LE(8 + values.byteLength, 4);
  Buffer.from(values.buffer).copy(file, 8);
  const directory = 8 + values.byteLength;
  file.writeUInt16LE(tags.length, directory);
  tags.forEach(([id, type, value], index) => {
    const entry = directory + 2 + index * 12;
    file.writeUInt16LE(id, entry);
    file.writeUInt16LE(type, entry + 2);
    file.writeUInt32LE(1, entry + 4);
    file.writeUInt32LE(value, entry + 8);
  });
  return file;
}

const refusal = (code: string, message: string): unknown =>
  expect.objectContaining({ code, message: expect.stringContaining(message) as string });

describe('decodeImage', () => {
  it.each(['png', 'tiff', 'webp'] as const)('reads every pixel of a lossless %s', async (format) => {
    const image = await decodeImage(await colour().toFormat(format, { lossless: true, compression: 'lzw' }).toBuffer());
    expect(image).toMatchObject({ width, height, channels: 3, format });
    expect(Buffer.from(image.data).equals(rgb)).toBe(true);
  });

  it('reads a JPEG within a few grey levels', async () => {
    const image = await decodeImage(await colour().jpeg({ quality: 100, chromaSubsampling: '4:4:4' }).toBuffer());
    expect(image).toMatchObject({ width, height, channels: 3, format: 'jpeg' });
    expect(image.data.every((value, index) => Math.abs(value - rgb[index]!) <= 4)).toBe(true);
  });

  it('keeps grey as one channel, and drops alpha without mixing it in', async () => {
    const grey = await decodeImage(await colour().toColourspace('b-w').png().toBuffer());
    expect(grey).toMatchObject({ channels: 1, width, height });
    expect(grey.data).toHaveLength(width * height);
    const clear = await decodeImage(await colour().ensureAlpha(0.2).png().toBuffer());
    expect(Buffer.from(clear.data).equals(rgb)).toBe(true);
  });

  it('turns an image as its EXIF orientation says', async () => {
    const image = await decodeImage(await colour().withMetadata({ orientation: 6 }).png().toBuffer());
    expect(image).toMatchObject({ width: height, height: width });
    const stored = (x: number, y: number) => [...rgb.subarray((y * width + x) * 3, (y * width + x) * 3 + 3)];
    expect([...image.data.subarray(0, 3)]).toEqual(stored(0, height - 1));
  });

  it('maps the min..max of 16-bit grey to 0..255, in PNG and TIFF', async () => {
    const values = Uint16Array.from({ length: width * height }, (_, index) => 1000 + index * 4);
    const expected = Uint8Array.from(values, (value) => Math.round(((value - 1000) * 255) / (599 * 4)));
    const png = await sharp(values, { raw: { width, height, channels: 1, depth: 'ushort' } } as object)
      .toColourspace('grey16')
      .png()
      .toBuffer();
    for (const [bytes, format] of [
      [png, 'png'],
      [greyTiff(values), 'tiff'],
    ] as const) {
      const image = await decodeImage(bytes);
      expect(image).toMatchObject({ width, height, channels: 1, format });
      expect([...image.data]).toEqual([...expected]);
    }
    const flat = await decodeImage(greyTiff(new Uint16Array(width * height).fill(700)));
    expect(new Set(flat.data)).toEqual(new Set([0]));
  });

  it('turns and stretches 16-bit grey at once', async () => {
    const values = Uint16Array.from({ length: width * height }, (_, index) => index);
    const image = await decodeImage(greyTiff(values, [[274, 3, 3]]));
    expect([image.data[0], image.data.at(-1)]).toEqual([255, 0]);
  });

  it('brings CMYK and 16-bit colour to 8-bit RGB', async () => {
    const cmyk = await decodeImage(await colour().toColourspace('cmyk').jpeg().toBuffer());
    expect(cmyk).toMatchObject({ channels: 3, width, height });
    const deep = await decodeImage(await colour().toColourspace('rgb16').png().toBuffer());
    expect(Buffer.from(deep.data).equals(rgb)).toBe(true);
  });

  it('reads the first frame of an animation', async () => {
    const frames = sharp(Buffer.concat([rgb, rgb.map(() => 9)]), {
      raw: { width, height: height * 2, channels: 3, pageHeight: height },
    });
    const image = await decodeImage(await frames.webp({ lossless: true }).toBuffer());
    expect(image).toMatchObject({ width, height });
    expect(Buffer.from(image.data).equals(rgb)).toBe(true);
  });

  it.each([
    ['no bytes', '', 'INVALID_IMAGE', 'The image is empty (0 bytes). Send a PNG'],
    ['text', 'hello', 'INVALID_IMAGE', 'The file of 5 bytes does not begin like an image.'],
    ['a long text', 'hello'.repeat(5000), 'INVALID_IMAGE', 'The file does not begin like an image.'],
    ['base64', Buffer.from('\x89PNG\r\n\x1a\n', 'latin1').toString('base64'), 'UNSUPPORTED_FORMAT', 'in base64, which'],
    ['a data URL', 'data:image/jpeg;base64,/9j/4AAQ', 'UNSUPPORTED_FORMAT', 'This is an image in base64'],
    ['SVG', '<svg xmlns="http://www.w3.org/2000/svg"/>', 'UNSUPPORTED_FORMAT', 'This is SVG, XML or HTML'],
    ['PDF', '%PDF-1.7', 'UNSUPPORTED_FORMAT', 'This is PDF, which is not read. Send a PNG, JPEG, WebP, TIFF, BMP'],
    ['GIF', 'GIF89a', 'UNSUPPORTED_FORMAT', 'This is GIF'],
    ['DICOM', `${'\0'.repeat(128)}DICM`, 'UNSUPPORTED_FORMAT', 'This is DICOM'],
    ['DICOM that begins like a TIFF', `II*\0${'\0'.repeat(124)}DICM`, 'UNSUPPORTED_FORMAT', 'This is DICOM'],
    ['only a signature', '\x89PNG\r\n\x1a\n', 'INVALID_IMAGE', 'begins like a PNG but cannot be read to its end'],
  ])('refuses %s', async (_, text, code, message) => {
    await expect(decodeImage(Buffer.from(text, 'latin1'))).rejects.toThrow(refusal(code, message));
  });

  it('asks for what the decoders read, and for a decoder where there is none', async () => {
    const sniffs = (at: number, magic: string): ImageDecoder => ({
      sniff: (start) => (Buffer.from(start).toString('latin1', at, at + magic.length) === magic ? magic : undefined),
      open: () => Promise.reject(new Error('not asked for')),
    });
    const [dicom, nifti] = [sniffs(128, 'DICM'), sniffs(344, 'n+1')];
    const gzip = Buffer.from('\x1f\x8b', 'latin1');
    const tell = (decoders: readonly ImageDecoder[]) =>
      decodeImage(gzip, undefined, { decoders }).catch((error: unknown) => (error as Error).message);
    expect(await tell([])).toMatch(/Send a PNG, JPEG, WebP, TIFF, BMP, PGM or PPM\. .*decoders: \[nifti\(\)\]/);
    expect(await tell([dicom])).toMatch(/Send DICOM, PNG, JPEG, WebP, .*PPM\. .*decoders: \[nifti\(\)\]/);
    expect(await tell([dicom, nifti])).toMatch(/Send DICOM, NIfTI, PNG, .*What is compressed in it is no NIfTI\.$/);
  });

  it.each(['png', 'jpeg', 'webp', 'tiff'] as const)('refuses a %s that is cut off', async (format) => {
    const noise = Buffer.from(rgb.map((value, index) => (value * 31 + index * 17) % 251));
    const whole = await sharp(noise, { raw: { width, height, channels: 3 } })
      .toFormat(format)
      .toBuffer();
    await expect(decodeImage(whole.subarray(0, Math.floor(whole.length * 0.8)))).rejects.toThrow(
      refusal('INVALID_IMAGE', 'damaged or cut off'),
    );
  });

  it('refuses pixels that are not whole numbers', async () => {
    await expect(decodeImage(greyTiff(new Float32Array(width * height)))).rejects.toThrow(
      refusal('UNSUPPORTED_FORMAT', 'these are of type float'),
    );
  });

  it('refuses a long side whatever the pixels, from the header', async () => {
    const tall = await sharp({ create: { width: 1, height: 40_000, channels: 3, background: '#123' } })
      .png()
      .toBuffer();
    for (const read of [decodeImage, describeImage]) {
      await expect(read(tall)).rejects.toThrow(
        refusal('IMAGE_TOO_LARGE', 'at most 32768 pixels a side; this one has 40000'),
      );
    }
    await expect(decodeImage(tall, { maxSide: 40_000 })).resolves.toMatchObject({ height: 40_000 });
  });

  it('waits for memory that other images take, and leaves when the asker does', async () => {
    const slow = sharp({ create: { width: 3000, height: 3000, channels: 3, background: '#123' } });
    const large = await slow.webp({ lossless: true }).toBuffer();
    const order: string[] = [];
    const first = decodeImage(large, { maxDecodingBytes: 1 }).then(() => order.push('large'));
    const second = decodeImage(await colour().png().toBuffer(), { maxDecodingBytes: 1 }).then(() =>
      order.push('small'),
    );
    const leaving = new AbortController();
    const third = decodeImage(large, { maxDecodingBytes: 1 }, { signal: leaving.signal });
    setImmediate(() => leaving.abort(new Error('gone')));
    await expect(third).rejects.toThrow('gone');
    await Promise.all([first, second]);
    expect(order).toEqual(['large', 'small']);
  });

  it('names the limit and what came', async () => {
    const png = await colour().png().toBuffer();
    const bytes = refusal('IMAGE_TOO_LARGE', `at most 10 bytes; this one has ${png.length}`) as Error;
    await expect(decodeImage(png, { maxBytes: 10 })).rejects.toThrow(bytes);
    await expect(decodeImage(png, { maxPixels: 599 })).rejects.toThrow(
      refusal('IMAGE_TOO_LARGE', 'at most 599 pixels; this one has 600'),
    );
    await expect(decodeImage(png, { maxPixels: 600 })).resolves.toMatchObject({ width });
  });
});

const REAL = new URL('../../../../../shared/data/', import.meta.url);

const sets = existsSync(REAL) ? readdirSync(REAL, { withFileTypes: true }).filter((entry) => entry.isDirectory()) : [];

describe('decodeImage on real files', () => {
  if (sets.length === 0) it.skip('(left out: there is no ../shared/data)');

  it.each(sets.map(({ name }) => name))('reads images of %s', async (set) => {
    const folder = new URL(`${set}/images/`, REAL);
    for (const file of readdirSync(folder).slice(0, 20)) {
      const { width: w, height: h, channels, data } = await decodeImage(readFileSync(new URL(file, folder)));
      expect(data).toHaveLength(w * h * channels);
      expect(data.reduce((a, b) => Math.max(a, b), 0)).toBeGreaterThan(30);
    }
  });
});
