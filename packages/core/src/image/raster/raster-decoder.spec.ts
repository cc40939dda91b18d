import { crc32 } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodeImage, describeImage } from '../decoding/decode-image.js';

const [width, height] = [30, 20];
const rgb = Uint8Array.from({ length: width * height * 3 }, (_, index) => (index * 7) % 256);
const colour = (): Sharp => sharp(rgb, { raw: { width, height, channels: 3 } });

const refusal = (code: string, message: string): unknown =>
  expect.objectContaining({ code, message: expect.stringContaining(message) as string });

describe('raster files', () => {
  it.each<[string, () => Sharp, boolean]>([
    ['PNG', () => colour().png(), false],
    ['JPEG', () => colour().jpeg(), true],
    ['WebP', () => colour().webp(), true],
    ['WebP with a colour profile', () => colour().withMetadata().webp(), true],
    ['lossless WebP', () => colour().webp({ lossless: true }), false],
    ['lossless WebP with a colour profile', () => colour().withMetadata().webp({ lossless: true }), false],
    ['TIFF with LZW', () => colour().tiff({ compression: 'lzw' }), false],
    ['TIFF with JPEG inside', () => colour().tiff({ compression: 'jpeg' }), true],
  ])('says whether a %s has lost values', async (_, picture, lossy) => {
    const { facts } = await describeImage(await picture().toBuffer());
    expect(facts.flags.lossy).toBe(lossy);
  });

  it.each([
    ['12-bit JPEG', [0xff, 0xc1, 0, 11, 12, 0, 20, 0, 30, 1, 1, 0x11, 0], 'a JPEG of 12 bits'],
    ['lossless JPEG', [0xff, 0xc3, 0, 11, 8, 0, 20, 0, 30, 1, 1, 0x11, 0], 'a lossless JPEG'],
    ['JPEG-LS', [0xff, 0xf7, 0, 11, 8, 0, 20, 0, 30, 1, 1, 0x11, 0], 'a JPEG-LS'],
    ['hierarchical JPEG', [0xff, 0xc5, 0, 11, 8, 0, 20, 0, 30, 1, 1, 0x11, 0], 'a hierarchical JPEG'],
    [
      'JPEG of two components',
      [0xff, 0xc0, 0, 14, 8, 0, 20, 0, 30, 2, 1, 0x11, 0, 2, 0x11, 0],
      'a JPEG of 2 components',
    ],
  ])('refuses a %s by name, behind other segments, and says how to convert it', async (_, frame, name) => {
    const comment = [0xff, 0xfe, 0, 6, 1, 2, 3, 4];
    const bytes = Uint8Array.from([0xff, 0xd8, ...comment, 0xff, ...frame, 0xff, 0xda]);
    for (const read of [decodeImage, describeImage]) {
      await expect(read(bytes)).rejects.toThrow(
        refusal('UNSUPPORTED_FORMAT', `This is ${name}, which is not read here. Save it`),
      );
    }
  });

  it.each([
    ['JPEG XL', '\xff\x0a\0\0'],
    ['JPEG XL', '\0\0\0\x0cJXL \r\n'],
    ['JPEG 2000', '\0\0\0\x0cjP  '],
    ['HEIC', '\0\0\0\x18ftypheic'],
    ['AVIF', '\0\0\0\x18ftypavif'],
    ['GIF', 'GIF89a'],
    ['PBM, PAM, or PGM or PPM as text', 'P2 3 2 255 '],
    ['NRRD', 'NRRD0004'],
  ])('refuses %s by name', async (name, start) => {
    const bytes = Buffer.from(start.padEnd(40, '\0'), 'latin1');
    await expect(decodeImage(bytes)).rejects.toThrow(
      refusal('UNSUPPORTED_FORMAT', `This is ${name}, which is not read.`),
    );
  });

  it('reads any frame of an animated WebP, and counts those before it', async () => {
    const frames = sharp(Buffer.concat([rgb, rgb.map(() => 9), rgb.map(() => 99)]), {
      raw: { width, height: height * 3, channels: 3, pageHeight: height },
    });
    const bytes = await frames.webp({ lossless: true }).toBuffer();
    const last = await decodeImage(bytes, {}, { view: { frame: 2 } });
    expect(last).toMatchObject({ width, height, view: { frame: 2, frames: 3 } });
    expect(new Set(last.data)).toEqual(new Set([99]));
    await expect(decodeImage(bytes, {}, { view: { frame: 3 } })).rejects.toThrow(
      refusal('INVALID_PARAM', 'There is no frame 3 in this image: it has 3 frames, from 0 to 2.'),
    );
    await expect(decodeImage(bytes, { maxPixels: 1799 }, { view: { frame: 2 } })).rejects.toThrow(
      refusal('IMAGE_TOO_LARGE', 'this one has 1800'),
    );
  });

  it('reads the still picture of an animated PNG, and says that there are more', async () => {
    const still = await colour().png().toBuffer();
    const control = Buffer.alloc(20);
    control.writeUInt32BE(8, 0);
    control.write('acTL', 4, 'latin1');
    control.writeUInt32BE(5, 8);
    control.writeUInt32BE(crc32(control.subarray(4, 16)), 16);
    const animated = Buffer.concat([still.subarray(0, 33), control, still.subarray(33)]);
    const image = await decodeImage(animated);
    expect(image.view).toEqual({ frame: 0, frames: 5, window: null, spacing: null, modality: null });
    expect(Buffer.from(image.data).equals(rgb)).toBe(true);
    await expect(decodeImage(animated, {}, { view: { frame: 1 } })).rejects.toThrow(
      refusal('UNSUPPORTED_FORMAT', 'a frame of an animated PNG'),
    );
  });
});
