import { describe, expect, it } from 'vitest';
import { isZooError } from '../../contract/index.js';
import { decodeImage, describeImage, readStoredPixels } from '../decoding/decode-image.js';

interface Bmp {
  readonly width: number;
  /** Negative: the first row is the uppermost. */
  readonly height: number;
  readonly bits: number;
  readonly compression?: number;
  readonly masks?: readonly number[];
  /** Red, green, blue. */
  readonly palette?: readonly (readonly [number, number, number])[];
  /** As they lie in the file, without the bytes that fill them up. */
  readonly rows: readonly (readonly number[])[];
  readonly headerBytes?: number;
  /** 'MBED', in a header of version 5. */
  readonly colourSpace?: number;
}

function bmp(picture: Bmp): Buffer {
  const { width, height, bits, compression = 0, masks = [], palette = [], rows, headerBytes = 40 } = picture;
  const isCore = headerBytes === 12;
  const colours = palette.flatMap(([red, green, blue]) => [blue, green, red, ...(isCore ? [] : [0])]);
  const header = Buffer.alloc(14 + headerBytes + (headerBytes === 40 ? masks.length * 4 : 0));
  header.write('BM', 'latin1');
  header.writeUInt32LE(header.length + colours.length, 10);
  header.writeUInt32LE(headerBytes, 14);
  if (isCore) {
    [width, height, 1, bits].forEach((value, index) => header.writeUInt16LE(value, 18 + 2 * index));
  } else {
    header.writeInt32LE(width, 18);
    header.writeInt32LE(height, 22);
    header.writeUInt16LE(1, 26);
    header.writeUInt16LE(bits, 28);
    header.writeUInt32LE(compression, 30);
    header.writeUInt32LE(palette.length, 46);
    masks.forEach((mask, index) => header.writeUInt32LE(mask, 54 + 4 * index));
    if (picture.colourSpace !== undefined) header.writeUInt32LE(picture.colourSpace, 70);
  }
  const filled = rows.flatMap((row) => [...row, ...Array<number>((4 - (row.length % 4)) % 4).fill(0)]);
  return Buffer.concat([header, Buffer.from(colours), Buffer.from(filled)]);
}

const read = async (file: Uint8Array) => {
  const { width, height, channels, data, format } = await decodeImage(file);
  return { format, size: `${width}x${height}x${channels}`, data: [...data] };
};
const codeOf = (file: Uint8Array): Promise<string> =>
  decodeImage(file).then(
    () => 'read',
    (error: unknown) => (isZooError(error) ? `${error.code}: ${error.message}` : String(error)),
  );

const COLOURS = [
  [255, 0, 0],
  [0, 200, 10],
  [1, 2, 3],
] as const;
const GREYS = [
  [0, 0, 0],
  [90, 90, 90],
  [255, 255, 255],
] as const;

describe('a BMP', () => {
  it('of 24 bits has its lowest row first, and rows that are filled up', async () => {
    const rows = [
      [30, 20, 10, 31, 21, 11, 32, 22, 12], // blue, green, red
      [3, 2, 1, 4, 3, 2, 5, 4, 3],
    ];
    const upper = [1, 2, 3, 2, 3, 4, 3, 4, 5];
    const lower = [10, 20, 30, 11, 21, 31, 12, 22, 32];
    const shape = { format: 'bmp', size: '3x2x3' };
    expect(await read(bmp({ width: 3, height: 2, bits: 24, rows }))).toEqual({ ...shape, data: [...upper, ...lower] });
    const topDown = bmp({ width: 3, height: -2, bits: 24, rows });
    expect(await read(topDown)).toEqual({ ...shape, data: [...lower, ...upper] });
  });

  it('has the colours of its palette, and is grey where these are', async () => {
    const eight = { width: 3, height: 1, bits: 8, rows: [[2, 0, 1]] };
    expect(await read(bmp({ ...eight, palette: COLOURS }))).toMatchObject({
      size: '3x1x3',
      data: [1, 2, 3, 255, 0, 0, 0, 200, 10],
    });
    expect(await read(bmp({ ...eight, palette: GREYS }))).toMatchObject({ size: '3x1x1', data: [255, 0, 90] });
    const four = { width: 3, height: 1, bits: 4, rows: [[0x20, 0x10]], palette: GREYS };
    expect(await read(bmp(four))).toMatchObject({ data: [255, 0, 90] });
    const one = { width: 10, height: 1, bits: 1, rows: [[0b01100000, 0b01000000]], palette: [GREYS[0], GREYS[2]] };
    expect(await read(bmp(one))).toMatchObject({ data: [0, 255, 255, 0, 0, 0, 0, 0, 0, 255] });
    const oldest = bmp({ ...eight, palette: COLOURS, headerBytes: 12 });
    expect(await read(oldest)).toMatchObject({ size: '3x1x3', data: [1, 2, 3, 255, 0, 0, 0, 200, 10] });
  });

  it('of 16 and 32 bits has samples by its masks', async () => {
    const rows = [[0x1f, 0x7c, 0xe0, 0x03]]; // magenta and green of five bits each
    const two = { width: 2, height: 1, bits: 16 };
    expect(await read(bmp({ ...two, rows }))).toMatchObject({ data: [255, 0, 255, 0, 255, 0] });
    const masks = [0xf800, 0x07e0, 0x001f];
    const sixGreens = bmp({ ...two, compression: 3, masks, rows: [[0x20, 0x00, 0xff, 0xff]] });
    expect(await read(sixGreens)).toMatchObject({ data: [0, 4, 0, 255, 255, 255] });
    const wide = { width: 1, height: 1, bits: 32 };
    expect(await read(bmp({ ...wide, rows: [[3, 2, 1, 77]] }))).toMatchObject({ size: '1x1x3', data: [1, 2, 3] });
    const reversed = bmp({ ...wide, compression: 3, masks: [0xff, 0xff00, 0xff0000], rows: [[3, 2, 1, 77]] });
    expect(await read(reversed)).toMatchObject({ data: [3, 2, 1] });
  });

  it('is read as a whole where its rows are read in several pieces', async () => {
    const [width, height] = [1001, 600];
    const rows = Array.from({ length: height }, (_, row) => Array<number>(width).fill(row % 251));
    const palette = Array.from({ length: 251 }, (_, index) => [index, index, index] as const);
    const { data } = await decodeImage(bmp({ width, height: -height, bits: 8, palette, rows }));
    const firsts = Array.from({ length: height }, (_, row) => data[row * width + width - 1]);
    expect(firsts).toEqual(Array.from({ length: height }, (_, row) => row % 251));
  });

  const plain: Bmp = { width: 2, height: 1, bits: 24, rows: [[1, 2, 3, 4, 5, 6]] };
  it.each<[string, Uint8Array, RegExp]>([
    ['run lengths', bmp({ ...plain, bits: 8, compression: 1 }), /^UNSUPPORTED_FORMAT: .*run lengths \(RLE8\).*magick/],
    ['a PNG inside', bmp({ ...plain, compression: 5 }), /^UNSUPPORTED_FORMAT: .*a PNG inside/],
    ['another header', bmp({ ...plain, headerBytes: 64 }), /^UNSUPPORTED_FORMAT: .*a header of 64 bytes/],
    ['2 bits', bmp({ ...plain, bits: 2 }), /^UNSUPPORTED_FORMAT: .*2 bits a pixel/],
    [
      'a profile',
      bmp({ ...plain, headerBytes: 124, colourSpace: 0x4d424544 }),
      /^UNSUPPORTED_FORMAT: .*colour profile/,
    ],
    [
      'wide masks',
      bmp({ ...plain, bits: 32, compression: 3, masks: [0x1ffff, 1 << 20, 1 << 21] }),
      /^UNSUPPORTED_FORMAT/,
    ],
    ['broken masks', bmp({ ...plain, bits: 32, compression: 3, masks: [5, 2, 0] }), /^INVALID_IMAGE/],
    ['masks of 24 bits', bmp({ ...plain, compression: 3, masks: [1, 2, 4] }), /^INVALID_IMAGE/],
    ['lost rows', bmp({ ...plain, height: 2 }), /^INVALID_IMAGE: .*cut off/],
    ['no width', bmp({ ...plain, width: 0 }), /^INVALID_IMAGE/],
    ['a negative width', bmp({ ...plain, width: -2 }), /^INVALID_IMAGE/],
    ['sizes beyond any file', bmp({ ...plain, width: 2 ** 31 - 1, height: 2 ** 31 - 1 }), /^INVALID_IMAGE/],
    ['no palette', bmp({ ...plain, bits: 8, rows: [[0, 0]] }), /^INVALID_IMAGE/],
    ['a colour behind its palette', bmp({ ...plain, bits: 8, rows: [[0, 3]], palette: COLOURS }), /^INVALID_IMAGE/],
    ['its header cut off', bmp(plain).subarray(0, 30), /^INVALID_IMAGE/],
  ])('with %s is refused by name', async (_, file, reason) => {
    expect(await codeOf(file)).toMatch(reason);
  });

  it('is bounded as other images are', async () => {
    const file = bmp({ width: 8000, height: 8000, bits: 1, rows: [], palette: [GREYS[0], GREYS[2]] });
    const whole = Buffer.concat([file, Buffer.alloc(1000 * 8000)]);
    expect(await codeOf(whole)).toMatch(/^IMAGE_TOO_LARGE: .*50000000 pixels/);
  });
});

describe('a PGM or PPM', () => {
  const pnm = (header: string, ...samples: number[]): Uint8Array =>
    Buffer.concat([Buffer.from(header), Buffer.from(samples)]);

  it('has its samples as they are, behind comments', async () => {
    const grey = pnm('P5 # from a scanner\n#another\n3 2\n255\n', 0, 10, 20, 30, 40, 255);
    expect(await read(grey)).toEqual({ format: 'pgm', size: '3x2x1', data: [0, 10, 20, 30, 40, 255] });
    const colour = pnm('P6\n1 2 255 ', 1, 2, 3, 4, 5, 6);
    expect(await read(colour)).toEqual({ format: 'ppm', size: '1x2x3', data: [1, 2, 3, 4, 5, 6] });
  });

  it('has its white at 255, and its own values for a window and as stored', async () => {
    const file = pnm('P5 4 1 15\n', 0, 5, 10, 15);
    expect(await read(file)).toMatchObject({ data: [0, 85, 170, 255] });
    const window = { center: 5, width: 10 };
    expect([...(await decodeImage(file, {}, { view: { window } })).data]).toEqual([0, 128, 255, 255]);
    expect([...(await readStoredPixels(file)).data]).toEqual([0, 5, 10, 15]);
    expect((await describeImage(file)).facts).toMatchObject({ bitsStored: 4, photometric: 'MONOCHROME2', samples: 1 });
  });

  it('of more than 255 greys has two bytes a sample, the higher one first', async () => {
    const file = pnm('P5 3 1 4095\n', 0, 0, 0x08, 0x00, 0x0f, 0xff);
    expect(await readStoredPixels(file)).toMatchObject({ dtype: 'uint16', data: new Uint16Array([0, 2048, 4095]) });
    const { data, view } = await decodeImage(file, {}, { rule: { rule: 'range' } });
    expect([...data]).toEqual([0, 128, 255]);
    expect(view.window).toMatchObject({ center: 2047.5, width: 4095, source: 'range' });
  });

  it.each<[string, Uint8Array, RegExp]>([
    ['samples above its white', pnm('P5 1 1 15\n', 16), /^INVALID_IMAGE/],
    ['lost samples', pnm('P6 2 2 255\n', 1, 2, 3), /^INVALID_IMAGE: This begins like a PPM .*cut off/],
    ['no white', pnm('P5 1 1 0\n', 0), /^INVALID_IMAGE/],
    ['a white above 65535', pnm('P5 1 1 65536\n', 0, 0, 0), /^INVALID_IMAGE/],
    ['no width', pnm('P5 0 1 255\n', 0), /^INVALID_IMAGE/],
    ['sizes beyond any file', pnm('P6 999999999 999999999 255\n', 0), /^INVALID_IMAGE/],
    ['a comment without an end', pnm(`P5 #${'#'.repeat(100_000)}`), /^INVALID_IMAGE/],
    [
      'another picture behind it',
      pnm('P5 1 1 255\n', 7, ...Buffer.from('P5 1 1 255\n'), 8),
      /^UNSUPPORTED_FORMAT: .*several/,
    ],
    ['numbers as text', pnm('P2 1 1 255\n7\n'), /^UNSUPPORTED_FORMAT: .*PGM or PPM as text/],
    ['one bit a pixel', pnm('P4 1 1\n', 0), /^UNSUPPORTED_FORMAT: .*PBM/],
  ])('with %s is refused by name', async (_, file, reason) => {
    expect(await codeOf(file)).toMatch(reason);
  });

  it('has one frame', async () => {
    const file = pnm('P5 1 1 255\n', 7);
    await expect(decodeImage(file, {}, { view: { frame: 1 } })).rejects.toMatchObject({ code: 'INVALID_PARAM' });
  });
});
