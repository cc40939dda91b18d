import sharp from 'sharp';
import { expect, test } from 'vitest';
import { drawPicture, encodeStream, type Encoder } from '../../test/encode-stream.js';
import { createRasterCodecs } from '../index.js';

const codecs = createRasterCodecs();
const FORMATS: readonly (readonly [Encoder, object, string])[] = [
  ['Jpeg2000', {}, 'jpeg2000'],
  ['HtJpeg2000', {}, 'jpeg2000'],
  ['JpegLs', {}, 'jpeg-ls'],
  ['Jpeg', { lossy: false }, 'jpeg-lossless'],
];

test.each(FORMATS)(
  '%s %o as a plain file: grey of 8 bits, colour, and 12 bits by their range',
  async (encoder, options, format) => {
    for (const [samples, bits] of [
      [1, 8],
      [3, 8],
      [1, 12],
    ] as const) {
      const picture = drawPicture(9, 13, samples, bits);
      const stream = await encodeStream(encoder, picture, { ...options });
      expect(codecs.sniff(stream)).toBe(format);
      expect(codecs.describe(stream)).toMatchObject({
        format,
        width: 13,
        height: 9,
        components: samples,
        precision: expect.any(Number) as number,
      });
      const { data, channels, window } = await codecs.decode(stream);
      expect(channels).toBe(samples);
      if (bits === 8) {
        expect(Array.from(data)).toEqual(picture.values);
      } else {
        expect([Math.min(...data), Math.max(...data)]).toEqual([0, 255]);
        expect(window).toMatchObject({
          source: 'range',
          width: Math.max(...picture.values) - Math.min(...picture.values),
        });
      }
    }
  },
);

test('what image libraries read is left to them', async () => {
  const image = sharp({ create: { width: 4, height: 3, channels: 3, background: 'red' } });
  for (const bytes of [
    await image.jpeg().toBuffer(),
    await image.jpeg({ progressive: true }).toBuffer(),
    await image.png().toBuffer(),
  ]) {
    expect(codecs.sniff(bytes)).toBeUndefined();
    expect(() => codecs.describe(bytes)).toThrow(expect.objectContaining({ code: 'UNSUPPORTED_FORMAT' }) as Error);
  }
});

test('limits', async () => {
  const stream = await encodeStream('JpegLs', drawPicture(9, 13, 1, 8));
  for (const limits of [{ maxBytes: 10 }, { maxPixels: 100 }]) {
    await expect(createRasterCodecs(limits).decode(stream)).rejects.toMatchObject({ code: 'IMAGE_TOO_LARGE' });
  }
});
