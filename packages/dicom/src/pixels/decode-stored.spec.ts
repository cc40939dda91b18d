import { deflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { concat, fragments, imageEntries, SYNTAX, writeDicom, type Entry } from '../../test/write-dicom.js';
import { framesOf } from '../../test/frames-of.js';
import { createDicomDecoder } from '../index.js';

const decoder = createDicomDecoder();

/** 8-bit RGB, 2 rows of 2 pixels. */
function rgb(own: readonly Entry[], photometric = 'RGB'): readonly Entry[] {
  return imageEntries([['00280002', 'US', [3]], ['00280004', 'CS', photometric], ['00280011', 'US', [2]], ...own], {
    bits: 8,
  });
}

const RGB_VALUES = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];

describe('native pixels', () => {
  test('what lies above BitsStored is cut off: an overlay or junk', async () => {
    const file = writeDicom(imageEntries([['7fe00010', 'OW', [0xf001, 0x1002, 3, 0x8fff, 0, 0x4000]]], { stored: 12 }));
    expect(await framesOf(file)).toEqual([[1, 2, 3, 0xfff, 0, 0]]);
  });

  test('a sign comes from BitsStored', async () => {
    const entries = imageEntries(
      [
        ['00280103', 'US', [1]],
        ['7fe00010', 'OW', [0x0fff, 0x0800, 0x07ff, 1, 0, 0xf800]],
      ],
      { stored: 12 },
    );
    expect(await framesOf(writeDicom(entries))).toEqual([[-1, -2048, 2047, 1, 0, -2048]]);
    expect((await decoder.decodeStored(writeDicom(entries))).dtype).toBe('int16');
  });

  test('values that begin above bit 0 (HighBit) are moved down', async () => {
    const entries = imageEntries(
      [
        ['00280102', 'US', [15]],
        ['7fe00010', 'OW', [0x0010, 0x0020, 0xfff0, 0x000f, 0, 0x1230]],
      ],
      { stored: 12 },
    );
    expect(await framesOf(writeDicom(entries))).toEqual([[1, 2, 0xfff, 0, 0, 0x123]]);
  });

  test.each([
    ['OW: pairs are exchanged, across frames of an odd size', 'OW', [2, 1, 4, 3, 6, 5]],
    ['OB: they are not', 'OB', [1, 2, 3, 4, 5, 6]],
  ])('8 bits in a big-endian file, %s', async (_name, vr, stored) => {
    const entries = imageEntries(
      [
        ['00280008', 'IS', '2'],
        ['00280010', 'US', [1]],
        ['7fe00010', vr, Uint8Array.from(stored)],
      ],
      { bits: 8 },
    );
    expect(await framesOf(writeDicom(entries, { syntax: SYNTAX.big }))).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ]);
  });

  test('32 bits in a big-endian file', async () => {
    const bytes = Uint8Array.from([0, 1, 2, 3, 255, 255, 255, 255, ...Array.from({ length: 16 }, () => 0)]);
    const entries = imageEntries([['7fe00010', 'OW', bytes]], { bits: 32 });
    expect(await framesOf(writeDicom(entries, { syntax: SYNTAX.big }))).toEqual([[0x010203, 0xffffffff, 0, 0, 0, 0]]);
  });

  test('1 bit a pixel: frames follow one another within a byte', async () => {
    // 2 x 3 pixels a frame: bits 0 to 5, then 6 to 11.
    const entries = imageEntries(
      [
        ['00280008', 'IS', '2'],
        ['7fe00010', 'OB', Uint8Array.of(0b01_000101, 0b0000_1010)],
      ],
      { bits: 1 },
    );
    expect(await framesOf(writeDicom(entries))).toEqual([
      [1, 0, 1, 0, 0, 0],
      [1, 0, 0, 1, 0, 1],
    ]);
  });

  test('planes of colour become pixels', async () => {
    const entries = rgb([
      ['00280006', 'US', [1]],
      ['7fe00010', 'OB', Uint8Array.of(1, 4, 7, 10, 2, 5, 8, 11, 3, 6, 9, 12)],
    ]);
    expect(await framesOf(writeDicom(entries))).toEqual([RGB_VALUES]);
  });

  test('YBR_FULL_422 has two bytes a pixel, or three where the file is that long', async () => {
    const half = rgb([['7fe00010', 'OB', Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8)]], 'YBR_FULL_422');
    expect(await framesOf(writeDicom(half))).toEqual([[1, 3, 4, 2, 3, 4, 5, 7, 8, 6, 7, 8]]);
    const full = rgb([['7fe00010', 'OB', Uint8Array.from(RGB_VALUES)]], 'YBR_FULL_422');
    expect(await framesOf(writeDicom(full))).toEqual([RGB_VALUES]);
  });

  test.each([
    ['float', '7fe00008', 'FL', 'float32'],
    ['double', '7fe00009', 'FD', 'float64'],
  ])('%s pixels in either byte order', async (_name, tag, vr, dtype) => {
    const values = [0.5, -1, 2.25, 1e6, 0, 3];
    for (const syntax of [SYNTAX.explicit, SYNTAX.big]) {
      const file = writeDicom(imageEntries([[tag, vr === 'FL' ? 'FL' : 'FD', values]]), { syntax });
      expect(await framesOf(file)).toEqual([values]);
      expect((await decoder.decodeStored(file)).dtype).toBe(dtype);
    }
  });

  test('pixels that end early are refused, also where only the last frame is hurt', async () => {
    const entries = imageEntries([
      ['00280008', 'IS', '2'],
      ['7fe00010', 'OW', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]],
    ]);
    await expect(framesOf(writeDicom(entries))).rejects.toMatchObject({ code: 'INVALID_IMAGE' });
  });
});

describe('run lengths', () => {
  const rle = (segments: readonly (readonly number[])[]): Uint8Array => {
    const header = new Uint32Array(16);
    header[0] = segments.length;
    let at = 64;
    segments.forEach((segment, index) => {
      header[index + 1] = at;
      at += segment.length;
    });
    return concat([new Uint8Array(header.buffer), ...segments.map((segment) => Uint8Array.from(segment))]);
  };

  test('16 bits: the high bytes first; runs and literals', async () => {
    const frame = rle([
      [251, 1],
      [5, 1, 2, 3, 4, 5, 6],
    ]);
    const entries = imageEntries([fragments([frame])]);
    expect(await framesOf(writeDicom(entries, { syntax: SYNTAX.rle }))).toEqual([[257, 258, 259, 260, 261, 262]]);
  });

  test('colour: a segment for each sample', async () => {
    const frame = rle([
      [3, 1, 4, 7, 10],
      [3, 2, 5, 8, 11],
      [3, 3, 6, 9, 12],
    ]);
    // PlanarConfiguration says how colour would be stored and means nothing here.
    const entries = rgb([['00280006', 'US', [1]], fragments([frame])]);
    expect(await framesOf(writeDicom(entries, { syntax: SYNTAX.rle }))).toEqual([RGB_VALUES]);
  });

  test.each([
    ['too few segments', rle([[5, 1, 2, 3, 4, 5, 6]])],
    [
      'a segment that ends early',
      rle([
        [251, 1],
        [3, 1, 2, 3, 4],
      ]),
    ],
    ['no header', Uint8Array.of(2, 0, 0, 0)],
  ])('%s is refused', async (_name, frame) => {
    const file = writeDicom(imageEntries([fragments([frame])]), { syntax: SYNTAX.rle });
    await expect(framesOf(file)).rejects.toMatchObject({ code: 'INVALID_IMAGE' });
  });
});

test('frames that are deflated one by one, with one bit a pixel', async () => {
  const frames = [0b000101, 0b101001].map((bits) => deflateRawSync(Uint8Array.of(bits)));
  const entries = imageEntries([['00280008', 'IS', '2'], fragments(frames)], { bits: 1 });
  expect(await framesOf(writeDicom(entries, { syntax: '1.2.840.10008.1.2.8.1' }))).toEqual([
    [1, 0, 1, 0, 0, 0],
    [1, 0, 0, 1, 0, 1],
  ]);
});

describe('frames are counted from 0', () => {
  const file = writeDicom(
    imageEntries([
      ['00280008', 'IS', '2 '],
      ['7fe00010', 'OW', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]],
    ]),
  );

  test.each([2, -1, 0.5, Number.NaN])('%d is none of two', async (frame) => {
    await expect(decoder.decodeStored(file, { frame })).rejects.toMatchObject({ code: 'INVALID_PARAM' });
    await expect(decoder.decodeFrame(file, { frame })).rejects.toMatchObject({ code: 'INVALID_PARAM' });
    expect(() => decoder.describe(file, { frame })).toThrow(
      expect.objectContaining({ code: 'INVALID_PARAM' }) as Error,
    );
  });

  test('an empty NumberOfFrames is one, "1A" is none', () => {
    const write = (frames: string) =>
      writeDicom(
        imageEntries([
          ['00280008', 'IS', frames],
          ['7fe00010', 'OW', [1, 2, 3, 4, 5, 6]],
        ]),
      );
    expect(decoder.describe(write('')).frames).toBe(1);
    expect(() => decoder.describe(write('1A'))).toThrow(/NumberOfFrames/);
  });
});
