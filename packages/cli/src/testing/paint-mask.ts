import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import type { Seen } from '../truth/compare-shape.js';
import { readTruth } from '../truth/read-truth.js';
import { writeTiff, type TiffSpec } from './write-tiff.js';

export const SIZE = { width: 24, height: 16 };
export const PIXELS = SIZE.width * SIZE.height;
/** A box of 8 x 6 pixels. */
export const MASK = Array.from({ length: PIXELS }, (_, pixel) => {
  const [x, y] = [pixel % SIZE.width, Math.floor(pixel / SIZE.width)];
  return x >= 5 && x < 13 && y >= 4 && y < 10 ? 1 : 0;
});

export const paint = (channels: 1 | 2 | 3 | 4, colour: (bit: number, pixel: number) => readonly number[]): Sharp => {
  const image = sharp(Uint8Array.from(MASK.flatMap(colour)), { raw: { ...SIZE, channels } });
  return channels === 1 ? image.toColourspace('b-w') : image;
};
export const grey = (values: (bit: number, pixel: number) => number): Promise<Buffer> =>
  paint(1, (bit, pixel) => [values(bit, pixel)])
    .png()
    .toBuffer();
export const tiff = (spec: Partial<TiffSpec> & Pick<TiffSpec, 'kind' | 'bits'>): Promise<Buffer> =>
  Promise.resolve(writeTiff({ ...SIZE, values: MASK, ...spec }));

/** The mask that is read from such a file, for an image that is like it in what `image` leaves out. */
export async function readMask(file: Promise<Uint8Array>, image: Partial<Seen> = {}) {
  const path = join(await mkdtemp(join(tmpdir(), 'mask-')), 'mask');
  await writeFile(path, await file);
  return readTruth(path, { ...SIZE, orientation: 1, ...image });
}
