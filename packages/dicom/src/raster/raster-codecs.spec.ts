import sharp from 'sharp';
import { expect, test } from 'vitest';
import { drawPicture, encodeStream, type Encoder } from '../../test/encode-stream.js';
import { decodeImage, describeImage } from '@medzoo/core';
import { createRasterCodecs, deidentifyRaster, rasterCodecs } from '../index.js';

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

test('JPEG 2000 with a sign: values below 0 are darker than those above', async () => {
  const { values, ...size } = drawPicture(9, 13, 1, 16);
  const signed = values.map((value) => value - 2 ** 15);
  const stream = await encodeStream('Jpeg2000', { ...size, values: signed, signed: true });
  expect(codecs.describe(stream)).toMatchObject({ precision: 16, signed: true });
  const stored = await codecs.decodeStored(stream);
  expect([stored.dtype, ...stored.data]).toEqual(['int16', ...signed]);
  const { data, window } = await codecs.decode(stream);
  const [low, high] = [Math.min(...signed), Math.max(...signed)];
  expect(window).toMatchObject({ source: 'range', width: high - low });
  expect(Array.from(data)).toEqual(signed.map((value) => Math.round(((value - low) / (high - low)) * 255)));
});

test('one of the decoders of a config: decoded, described, windowed, and read as stored', async () => {
  const decoders = [rasterCodecs()];
  const picture = drawPicture(9, 13, 1, 12);
  const bytes = await encodeStream('JpegLs', picture);
  const described = await describeImage(bytes, undefined, { decoders });
  expect(described).toMatchObject({
    ...{ format: 'jpeg-ls', width: 13, height: 9, frames: 1 },
    facts: { bitsStored: 16, samples: 1, photometric: 'MONOCHROME2', flags: { lossy: false } },
  });
  const near = await encodeStream('JpegLs', picture, { lossy: true, allowedLossyError: 3 });
  expect((await describeImage(near, undefined, { decoders })).facts.flags.lossy).toBe(true);
  const shown = await decodeImage(bytes, undefined, { decoders });
  expect([Math.min(...shown.data), Math.max(...shown.data)]).toEqual([0, 255]);
  const window = { center: 0, width: 2 };
  const white = await decodeImage(bytes, undefined, { decoders, view: { window } });
  expect(white.view.window).toMatchObject({ ...window, source: 'request' });
  expect(Math.max(...white.data)).toBe(255);
  await expect(describeImage(bytes, undefined, { decoders, view: { frame: 1 } })).rejects.toMatchObject({
    code: 'INVALID_PARAM',
  });
  const file = { source: bytes, size: bytes.length, read: () => Promise.resolve(bytes) };
  const readable = await rasterCodecs().open(file, 'jpeg-ls', {});
  const stored = await readable.readStored(bytes, { timeoutSeconds: 1 });
  expect([stored.dtype, ...stored.data]).toEqual(['uint16', ...picture.values]);
});

test.each(FORMATS)('%s without its comments has the same pixels', async (encoder, options) => {
  const picture = drawPicture(9, 13, 1, 8);
  const stream = await encodeStream(encoder, picture, { ...options });
  const text = Buffer.from('PLANTED NAME');
  // A comment follows SOI in the JPEG family; a codestream of JPEG 2000 has one in its main header, before its end.
  const comment = Buffer.concat([Buffer.from([0xff, 0xfe, 0, text.length + 2]), text]);
  const isJpeg = stream[1] === 0xd8;
  const named = isJpeg ? Buffer.concat([stream.subarray(0, 2), comment, stream.subarray(2)]) : Buffer.from(stream);
  const bare = deidentifyRaster(named);
  expect(Buffer.from(bare).includes(text)).toBe(false);
  expect(bare).toHaveLength(named.length);
  expect(Array.from((await codecs.decode(bare)).data)).toEqual(picture.values);
});

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
