import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeRle, rleArea } from '@medzoo/core';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { Seen } from './compare-shape.js';
import { readTruth, readValueTruth } from './read-truth.js';
import { readStoredMask } from './stored-mask.js';

const SIZE = { width: 4, height: 2 };
const MASK = [0, 1, 1, 0, 0, 0, 1, 1];
const raw = (values: readonly number[], channels: 1 | 2 | 3 | 4) =>
  sharp(Uint8Array.from(values), { raw: { ...SIZE, channels } });
const grey = (value: number) =>
  raw(
    MASK.map((bit) => bit * value),
    1,
  ).toColourspace('b-w');
const each = (paint: (bit: number) => number[]) => MASK.flatMap(paint);

/** Each level a block of 8 x 8. */
const stripes = (levels: readonly number[], isDeep: boolean) => {
  const raw = { width: 8 * levels.length, height: 8, channels: 1 } as const;
  const values = Array.from({ length: raw.width * raw.height }, (_, index) => levels[(index >> 3) % levels.length]!);
  const image = sharp(isDeep ? Uint16Array.from(values) : Uint8Array.from(values), { raw });
  return image.toColourspace(isDeep ? 'grey16' : 'b-w').png();
};

async function read(bytes: Uint8Array, image: Partial<Seen> = {}) {
  const path = join(await mkdtemp(join(tmpdir(), 'mask-')), 'mask');
  await writeFile(path, bytes);
  return readTruth(path, { ...SIZE, orientation: 1, ...image });
}

describe('readTruth', () => {
  it.each([
    ['grey, 0 and 255', grey(255).png()],
    ['grey, 0 and 1', grey(1).png()],
    [
      'a palette',
      raw(
        each((bit) => [128 * bit, 0, 0]),
        3,
      ).png({ palette: true }),
    ],
    ['one bit', grey(255).tiff({ bitdepth: 1 })],
    [
      'RGBA with the mask in its colours',
      raw(
        each((bit) => [0, 255 * bit, 0, 255]),
        4,
      ).png(),
    ],
    [
      'grey with alpha',
      raw(
        each((bit) => [255 * bit, 255]),
        2,
      ).png(),
    ],
    [
      '16-bit, 0 and 1',
      sharp(Uint16Array.from(MASK), { raw: { ...SIZE, channels: 1 } })
        .toColourspace('grey16')
        .png(),
    ],
  ])('reads %s', async (_name, file) => {
    const { rle, assumptions } = await read(await file.toBuffer());
    expect([...decodeRle(rle)]).toEqual(MASK);
    expect(assumptions).toEqual([]);
  });

  it('shares out the grey rims of a lossy or scaled mask', async () => {
    const bytes = await raw([3, 120, 130, 255, 250, 2, 0, 200], 1).toColourspace('b-w').png().toBuffer();
    expect([...decodeRle((await read(bytes)).rle)]).toEqual([0, 0, 1, 1, 1, 0, 0, 1]);
  });

  it.each([
    ['objects that are numbered', [1, 2, 3], false, 'got areas of 1, 2, 3, which may be numbers'],
    ['many of them', [1, 2, 3, 4, 5, 6, 7, 8, 9], false, 'got areas of 1, 2, 3, 4, 5 … 9 (9 levels)'],
    ['classes in greys', [128, 255], false, 'got areas of 128, 255, which'],
    ['a void rim of 255 around 1', [1, 255], false, 'got areas of 1, 255, which'],
    ['objects in 16 bits', [1, 300], true, 'got areas of 1, 300, which'],
  ])('refuses %s', async (_name, levels, isDeep, message) => {
    await expect(read(await stripes([0, ...levels], isDeep).toBuffer())).rejects.toThrow(message);
  });

  it('reads an anti-aliased and a JPEG mask of a small disc as the disc', async () => {
    const disc = Buffer.from('<svg width="24" height="24"><circle cx="11.5" cy="12" r="6" fill="white"/></svg>');
    const size = { width: 24, height: 24 };
    const image = sharp(disc).flatten({ background: 'black' });
    const files = [image.clone().png(), image.clone().jpeg({ quality: 60 }), image.clone().blur(1).png()];
    for (const file of files) {
      const area = decodeRle((await read(await file.toBuffer(), size)).rle).reduce((sum, bit) => sum + bit, 0);
      expect(Math.abs(area - Math.PI * 36)).toBeLessThan(8);
    }
  });

  it('reads a BMP, from its lowest row on, and a PGM', async () => {
    const bmp = Buffer.alloc(54 + 8 + 8); // one bit a pixel, black and white
    bmp.write('BM', 'latin1');
    [62, 40, SIZE.width, SIZE.height].forEach((value, index) => bmp.writeUInt32LE(value, 10 + 4 * index));
    bmp.writeUInt16LE(1, 28);
    bmp.fill(255, 58, 61);
    bmp[62] = 0b0011_0000;
    bmp[66] = 0b0110_0000;
    const pgm = Buffer.concat([Buffer.from('P5 4 2 255\n'), Buffer.from(MASK.map((bit) => 255 * bit))]);
    for (const file of [bmp, pgm]) expect([...decodeRle((await read(file)).rle)]).toEqual(MASK);
    await expect(read(pgm.subarray(0, 15))).rejects.toThrow('The mask is no image that can be read');
  });

  it('reads an empty mask as empty', async () => {
    expect([...decodeRle((await read(await grey(0).png().toBuffer())).rle)]).toEqual(MASK.map(() => 0));
  });

  it('resizes nearest to the image and says so', async () => {
    const { rle, assumptions } = await read(await grey(255).png().toBuffer(), { width: 8, height: 4 });
    expect(assumptions).toEqual(['resized']);
    const row = (bits: number[]) => bits.flatMap((bit) => [bit, bit]);
    const [upper, lower] = [row(MASK.slice(0, 4)), row(MASK.slice(4))];
    expect([...decodeRle(rle)]).toEqual([...upper, ...upper, ...lower, ...lower]);
  });

  it('refuses what is no image', async () => {
    await expect(read(Buffer.from('mask'))).rejects.toThrow('The mask is no image that can be read.');
    await expect(readTruth('/nowhere.png', { ...SIZE, orientation: 1 })).rejects.toThrow('There is no such file.');
  });
});

it('reads the pixels of one value where a mask holds a number for each of several targets', async () => {
  const values = Uint8Array.of(0, 1, 2, 2, 0, 1, 1, 0);
  const path = join(await mkdtemp(join(tmpdir(), 'values-')), 'mask.png');
  await sharp(values, { raw: { width: 4, height: 2, channels: 1 } })
    .toColourspace('b-w')
    .png()
    .toFile(path);
  const areaOf = async (value: number, size = { width: 4, height: 2 }): Promise<number> =>
    rleArea((await readValueTruth(path, { ...size, orientation: 1 }, value)).rle);
  expect([await areaOf(1), await areaOf(2), await areaOf(3)]).toEqual([3, 2, 0]);
  expect(await areaOf(2, { width: 8, height: 4 })).toBe(8);
});

it('reads stored values where an alpha channel hides some, or is the mask itself', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'alpha-'));
  const valuesOf = async (name: string, pixels: readonly (readonly number[])[]) => {
    const path = join(folder, name);
    await raw(pixels.flat(), 4).png().toFile(path);
    const { data, assumptions } = await readStoredMask(path);
    return { values: [...data], assumptions };
  };
  const white = MASK.map((bit) => [255, 255, 255, 255 * bit]);
  expect(await valuesOf('white.png', white)).toEqual({ values: MASK.map((bit) => 255 * bit), assumptions: ['alpha'] });
  // As a drawing program leaves it: white where nothing is to be seen.
  const hidden = MASK.map((bit, at) => (bit === 1 ? [1 + (at % 2), 1 + (at % 2), 1 + (at % 2), 255] : [9, 9, 9, 0]));
  expect(await valuesOf('hidden.png', hidden)).toEqual({
    values: MASK.map((bit, at) => bit * (1 + (at % 2))),
    assumptions: ['transparent'],
  });
  expect(
    await valuesOf(
      'opaque.png',
      MASK.map((bit) => [bit, bit, bit, 255]),
    ),
  ).toEqual({
    values: MASK,
    assumptions: [],
  });
});
