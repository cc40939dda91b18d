import { isZooError } from '@medzoo/core/contract';
import { describe, expect, test } from 'vitest';
import { drawPicture, encodeStream, type Encoder, type Picture } from '../../test/encode-stream.js';
import { createStreamDecoder } from './decode-stream.js';

const decoder = createStreamDecoder();

function shapeOf({ rows, columns, samples, bits }: Picture) {
  return { rows, columns, samples, bitsAllocated: bits > 8 ? 16 : 8, bitsStored: bits };
}

async function roundTrip(encoder: Encoder, picture: Picture, options: Readonly<Record<string, unknown>> = {}) {
  return decoder.decode(await encodeStream(encoder, picture, options), shapeOf(picture));
}

const PICTURES = [
  drawPicture(11, 17, 1, 8),
  drawPicture(16, 9, 1, 12),
  drawPicture(13, 10, 1, 16),
  drawPicture(12, 14, 3, 8),
];

describe.each(PICTURES)('lossless, $rows x $columns, $samples samples of $bits bits', (picture) => {
  test.each([1, 2, 3, 4, 5, 6, 7])('JPEG lossless, predictor %i', async (predictor) => {
    const { data } = await roundTrip('Jpeg', picture, { lossy: false, predictor });
    expect(Array.from(data)).toEqual(picture.values);
  });

  test('JPEG lossless with a point transform drops the lowest bits', async () => {
    const { data } = await roundTrip('Jpeg', picture, { lossy: false, predictor: 1, pointTransform: 2 });
    expect(Array.from(data)).toEqual(picture.values.map((value) => (value >> 2) << 2));
  });

  test.each([
    ['JpegLs', {}],
    ['Jpeg2000', {}],
    ['HtJpeg2000', {}],
    ['HtJpeg2000', { progressionOrder: 2 }],
    ['JpegXl', { lossy: false }],
  ] as const)('%s %o', async (encoder, options) => {
    const { data } = await roundTrip(encoder, picture, options);
    expect(Array.from(data)).toEqual(picture.values);
  });
});

describe('JPEG 2000 with a sign', () => {
  /** As two's complement in so many bits, which is what a codec gives. */
  const inBits = (values: readonly number[], bits: number) => values.map((value) => (value + 2 ** bits) % 2 ** bits);

  test.each(['Jpeg2000', 'HtJpeg2000'] as const)('%s of 16 bits keeps values below 0', async (encoder) => {
    const { values, ...size } = drawPicture(13, 10, 1, 16);
    const signed = values.map((value) => value - 2 ** 15);
    const { data } = await roundTrip(encoder, { ...size, values: signed, signed: true });
    expect(Array.from(data)).toEqual(inBits(signed, 16));
  });

  // By OpenJPEG and OpenJPH from Python: the encoder above takes bytes for numbers from 0 to 255.
  test.each([
    [
      'JPEG 2000',
      '/0//UQApAAAAAAAEAAAAAwAAAAAAAAAAAAAABAAAAAMAAAAAAAAAAAABhwEB/1IADAAAAAEAAAQEAAH/XAAEQED/ZAAlAAFDcmVh' +
        'dGVkIGJ5IE9wZW5KUEVHIHZlcnNpb24gMi41LjT/kAAKAAAAAAAfAAH/k9+AcAbGAuOKivtPFb2MMvtv/9k=',
    ],
    [
      'HTJ2K',
      '/0//UQApQAAAAAAEAAAAAwAAAAAAAAAAAAAABAAAAAMAAAAAAAAAAAABhwEB/1AACAACAAAAAv9SAAwAAgABAAUEBEAB/1wAEyBI' +
        'UFBQUFBQUFBQUFBQSEhI/2QAFwABT3BlbkpQSCBWZXIgMC4yNi4zLv+QAAoAAAAAAEYAAf+TwCMXcwAAAADAEsASwBKA1ACHdADW' +
        'AQd0AFUBh3QAwCogE0AmbRkW9gCGtAAm1gBCNADB2wEBdAD/2Q==',
    ],
  ])('%s of 8 bits keeps values below 0', async (_, text) => {
    const stream = Uint8Array.from(Buffer.from(text, 'base64'));
    const values = [-128, -100, -60, -1, 0, 1, 64, 127, -7, 90, -90, 33];
    const shape = { rows: 3, columns: 4, samples: 1, bitsAllocated: 8, bitsStored: 8 };
    expect(Array.from((await decoder.decode(stream, shape)).data)).toEqual(inBits(values, 8));
    const wide = await decoder.decode(stream, { ...shape, bitsAllocated: 16, bitsStored: 16 });
    expect(Array.from(wide.data)).toEqual(inBits(values, 16));
  });
});

// By libjxl from Python, which writes the depth that is asked for; the encoder above writes 8 or 16 bits.
describe('JPEG XL of other depths', () => {
  const shape = { rows: 3, columns: 4, samples: 1, bitsAllocated: 16, bitsStored: 12 };
  const decode = async (text: string, own: Partial<typeof shape>) =>
    Array.from((await decoder.decode(Uint8Array.from(Buffer.from(text, 'base64')), { ...shape, ...own })).data);
  const DEPTHS = {
    4: '/woQMDwExY0IBAEASABLGIsVUkzkdkmqmeEB/3nCdQU=',
    8: '/woQMBAUNwIIBAEAaABLGIsVUlzSbUwcS740steJBny15+NUR0XnGA==',
    12: '/woQMBgULQIIBAEAbABLGIsVwilMbw6iPjvx/wEApMLbGr2W1hEMGxI=',
  };

  test('12 bits come as they were, and not scaled to 16', async () => {
    const values = [0, 1, 2047, 4095, 100, 2000, 3000, 4000, 5, 6, 7, 8];
    expect(await decode(DEPTHS[12], {})).toEqual(values);
    expect(await decode(DEPTHS[12], { bitsStored: 16 })).toEqual(values);
  });

  test('4 bits, and 8 where the file allocates 16', async () => {
    const four = [0, 1, 15, 7, 3, 4, 5, 6, 9, 10, 11, 12];
    expect(await decode(DEPTHS[4], { bitsAllocated: 8, bitsStored: 4 })).toEqual(four);
    const eight = [0, 1, 150, 70, 30, 40, 50, 60, 90, 100, 110, 255];
    expect(await decode(DEPTHS[8], {})).toEqual(eight);
  });

  test('more bits or samples than the header says are refused', async () => {
    await expect(decode(DEPTHS[12], { bitsAllocated: 8, bitsStored: 8 })).rejects.toThrow('(12 bits)');
    await expect(decode(DEPTHS[12], { samples: 3 })).rejects.toMatchObject({ code: 'INVALID_IMAGE' });
    const colour = await encodeStream('JpegXl', drawPicture(3, 4, 3, 8), { lossy: false });
    await expect(decoder.decode(colour, shape)).rejects.toMatchObject({ code: 'INVALID_IMAGE' });
  });
});

describe('lossy', () => {
  test('JPEG of 8 bits', async () => {
    const picture = PICTURES[0]!;
    const { data, lossy } = await roundTrip('Jpeg', picture, { lossy: true, quality: 100 });
    const worst = picture.values.reduce((most, value, index) => Math.max(most, Math.abs(value - data[index]!)), 0);
    expect(lossy).toBe(true);
    expect(worst).toBeLessThanOrEqual(4);
  });

  test('a near-lossless JPEG-LS says that it lost something, a lossless one does not', async () => {
    const [picture] = PICTURES;
    expect(await roundTrip('JpegLs', picture!, { lossy: true, allowedLossyError: 3 })).toMatchObject({ lossy: true });
    expect(await roundTrip('JpegLs', picture!)).toMatchObject({ lossy: false });
  });
});

describe('streams that are not what they seem', () => {
  const picture = drawPicture(32, 24, 1, 8);
  const ENCODERS = [
    ['Jpeg', { lossy: true }],
    ['Jpeg', { lossy: false }],
    ['JpegLs', {}],
    ['Jpeg2000', {}],
    ['HtJpeg2000', {}],
  ] as const;

  test('JPEG XL of another size than the header says, which its decoder would believe', async () => {
    const stream = await encodeStream('JpegXl', picture, { lossy: false });
    await expect(decoder.decode(stream, { ...shapeOf(picture), rows: 31 })).rejects.toThrow(/24x31.*24x32/);
  });

  test.each(ENCODERS)('%s %o of another size than the header says', async (encoder, options) => {
    const stream = await encodeStream(encoder, picture, options);
    await expect(decoder.decode(stream, { ...shapeOf(picture), rows: 31 })).rejects.toMatchObject({
      code: 'INVALID_IMAGE',
    });
  });

  test.each(ENCODERS)('%s %o that was cut off is refused, and the next file is read', async (encoder, options) => {
    const stream = await encodeStream(encoder, picture, options);
    for (const share of [0.3, 0.6, 0.9]) {
      const cut = stream.slice(0, Math.floor(stream.length * share));
      const outcome = await decoder.decode(cut, shapeOf(picture)).catch((reason: unknown) => reason);
      expect(isZooError(outcome) && outcome.code).toBe('INVALID_IMAGE');
    }
    const { data } = await decoder.decode(stream, shapeOf(picture));
    expect(data).toHaveLength(picture.values.length);
  });

  test('what begins like no stream', async () => {
    await expect(decoder.decode(Uint8Array.of(1, 2, 3, 4), shapeOf(picture))).rejects.toMatchObject({
      code: 'INVALID_IMAGE',
    });
  });
});
