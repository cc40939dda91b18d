import { bitmapToRle, type Rle, type Size } from '@medzoo/core';
import sharp from 'sharp';
import { CommandError } from '../command-error.js';
import { readImage } from '../read-image.js';

/** A truth mask at its image's size. */
export interface Truth {
  readonly rle: Rle;
  /** Whether the file had another size and was resized, nearest. */
  readonly isResized: boolean;
}

/**
 * Reads a mask: grey, colour or palette, 0 and 1 or 0 and 255 or anything between, with or without alpha. A pixel is mask if its
 * brightest channel, times its alpha, exceeds half of what the file reaches: a JPEG's or a scaler's grey rims are shared out evenly.
 */
export async function readTruth(path: string, size: Size): Promise<Truth> {
  const bytes = await readImage(path);
  const mask = await decode(bytes);
  const strengths = strengthsOf(mask.values, mask.hasAlpha);
  const half = strengths.reduce((a, b) => Math.max(a, b), 0) / 2;
  const bitmap = Uint8Array.from(strengths, (strength) => (strength > half ? 1 : 0));
  const isResized = mask.width !== size.width || mask.height !== size.height;
  return { rle: bitmapToRle(isResized ? resizeNearest(bitmap, mask, size) : bitmap, size), isResized };
}

/** uint16 [height, width, 3 or 4]: palettes as their colours, one bit as 0 and 65535, and 16-bit values without loss. */
async function decode(bytes: Uint8Array) {
  try {
    const { data, info } = await sharp(bytes)
      .toColourspace('rgb16')
      .raw({ depth: 'ushort' })
      .toBuffer({ resolveWithObject: true });
    const { width, height, channels } = info;
    return { width, height, hasAlpha: channels === 4, values: new Uint16Array(Uint8Array.from(data).buffer) };
  } catch {
    throw new CommandError('The mask is no image that can be read. Expected a PNG or another lossless format.');
  }
}

/** The brightest channel of each pixel, times its alpha. */
function strengthsOf(values: Uint16Array, hasAlpha: boolean): Float32Array {
  const channels = hasAlpha ? 4 : 3;
  return Float32Array.from({ length: values.length / channels }, (_, pixel) => {
    const [red, green, blue, alpha] = values.subarray(pixel * channels, (pixel + 1) * channels);
    return (Math.max(red!, green!, blue!) * (hasAlpha ? alpha! : 65535)) / 65535;
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
