import { bitmapToRle, type Rle, type Size } from '@medzoo/core';
import sharp from 'sharp';
import { CommandError } from '../command-error.js';
import { readImage } from '../read-image.js';
import { checkLevels } from './mask-levels.js';

/** A truth mask at its image's size. */
export interface Truth {
  readonly rle: Rle;
  /** Whether the file had another size and was resized, nearest. */
  readonly isResized: boolean;
}

/**
 * Reads a mask: grey, colour or palette, 0 and any other value, with or without alpha. A pixel is mask if its brightest channel, times
 * its alpha, exceeds half of what the file reaches: a JPEG's or a scaler's grey rims are shared out evenly. A mask whose areas have
 * several levels, such as one that numbers its objects, is a CommandError.
 */
export async function readTruth(path: string, size: Size): Promise<Truth> {
  const bytes = await readImage(path);
  const mask = await decode(bytes);
  const strengths = strengthsOf(mask);
  checkLevels(strengths, mask);
  const half = strengths.reduce((a, b) => Math.max(a, b), 0) / 2;
  const bitmap = Uint8Array.from(strengths, (strength) => (strength > half ? 1 : 0));
  const isResized = mask.width !== size.width || mask.height !== size.height;
  return { rle: bitmapToRle(isResized ? resizeNearest(bitmap, mask, size) : bitmap, size), isResized };
}

/** A decoded mask; `values` are [height, width, 3 or 4] from 0 to `full`, as the file has them. */
interface Decoded extends Size {
  readonly values: Uint8Array | Uint16Array;
  readonly full: number;
  readonly hasAlpha: boolean;
}

/** Palettes as their colours, one bit as 0 and 255, and 16-bit values without loss. */
async function decode(bytes: Uint8Array): Promise<Decoded> {
  try {
    const image = sharp(bytes);
    const isDeep = (await image.metadata()).depth !== 'uchar';
    const { data, info } = await image
      .toColourspace(isDeep ? 'rgb16' : 'srgb')
      .raw({ depth: isDeep ? 'ushort' : 'uchar' })
      .toBuffer({ resolveWithObject: true });
    const { width, height, channels } = info;
    const values = Uint8Array.from(data);
    const common = { width, height, hasAlpha: channels === 4 };
    return isDeep
      ? { ...common, values: new Uint16Array(values.buffer), full: 65535 }
      : { ...common, values, full: 255 };
  } catch {
    throw new CommandError('The mask is no image that can be read. Expected a PNG or another lossless format.');
  }
}

/** The brightest channel of each pixel, times its alpha. */
function strengthsOf({ values, full, hasAlpha }: Decoded): Uint16Array {
  const channels = hasAlpha ? 4 : 3;
  return Uint16Array.from({ length: values.length / channels }, (_, pixel) => {
    const at = pixel * channels;
    const brightest = Math.max(values[at]!, values[at + 1]!, values[at + 2]!);
    return hasAlpha ? Math.round((brightest * values[at + 3]!) / full) : brightest;
  });
}

function resizeNearest(bitmap: Uint8Array, from: Size, to: Size): Uint8Array {
  const source = (index: number, fromLength: number, toLength: number): number =>
    Math.floor(((index + 0.5) * fromLength) / toLength);
  return Uint8Array.from({ length: to.width * to.height }, (_, pixel) => {
    const x = source(pixel % to.width, from.width, to.width);
    const y = source(Math.floor(pixel / to.width), from.height, to.height);
    return bitmap[y * from.width + x]!;
  });
}
