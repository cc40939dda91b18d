import { bitmapToRle, type Rle, type Size } from '@medzoo/core';
import { readImage } from '../files/read-image.js';
import type { Assumption } from './assumption.js';
import { chooseLayer } from './choose-layer.js';
import { compareShape, type Seen } from './compare-shape.js';
import { decodeMask } from './decode-mask.js';
import { measureLevels } from './mask-levels.js';
import { readStoredMask } from './stored-mask.js';

/** A truth mask at its image's size. */
export interface Truth {
  readonly rle: Rle;
  /** What was assumed where the file can be read in more than one way. */
  readonly assumptions: readonly Assumption[];
  /** The target's value in the file, in words, where the mask has it and 0 alone, and nobody named it. */
  readonly level?: string | undefined;
}

/** From this share of the image on, a mask may be an inverted one; a smaller one if it also fills the image's rim. */
const NEARLY_ALL = 0.9;
const MORE_THAN_HALF = 0.5;

/**
 * Reads a mask as its image is seen: grey, colour or palette, 0 and any other value. A pixel is mask if its brightest
 * channel exceeds half of what the file reaches: a JPEG's or a scaler's grey rims are shared out evenly. A file that
 * can be read in several ways gives an assumption, and one of which no reading is likely a CommandError; none is read
 * as empty that has other values than 0.
 */
export async function readTruth(path: string, image: Seen): Promise<Truth> {
  const mask = await decodeMask(await readImage(path));
  const shape = compareShape(mask, image);
  const { layer, assumptions } = chooseLayer(mask);
  const { strengths, half, isSoft, level } = measureLevels(layer);
  const bitmap = Uint8Array.from(strengths, (strength) => (strength > half ? 1 : 0));
  const isSameSize = mask.width === image.width && mask.height === image.height;
  return {
    rle: bitmapToRle(isSameSize ? bitmap : resizeNearest(bitmap, mask, image), image),
    level,
    assumptions: [
      ...shape,
      ...assumptions,
      ...(isSoft ? (['soft'] as const) : []),
      ...(mayBeInverted(bitmap, mask) ? (['inverted'] as const) : []),
    ],
  };
}

/**
 * Reads the pixels of one stored value of a mask that holds a number for each of several targets, as `medzoo embed`
 * reads it for training.
 */
export async function readValueTruth(path: string, image: Seen, value: number): Promise<Truth> {
  const { width, height, data, orientation, assumptions } = await readStoredMask(path);
  const shape = compareShape({ width, height, orientation }, image);
  const bitmap = data.map((one) => (one === value ? 1 : 0));
  const isSameSize = width === image.width && height === image.height;
  return {
    rle: bitmapToRle(isSameSize ? bitmap : resizeNearest(bitmap, { width, height }, image), image),
    assumptions: [...shape, ...assumptions],
  };
}

function mayBeInverted(bitmap: Uint8Array, { width, height }: Size): boolean {
  const share = bitmap.reduce((sum, bit) => sum + bit, 0) / bitmap.length;
  if (share >= NEARLY_ALL) return true;
  const isRim = (pixel: number): boolean => {
    const [x, y] = [pixel % width, Math.floor(pixel / width)];
    return x === 0 || x === width - 1 || y === 0 || y === height - 1;
  };
  const rim = bitmap.filter((_, pixel) => isRim(pixel));
  return share > MORE_THAN_HALF && rim.reduce((sum, bit) => sum + bit, 0) >= rim.length * NEARLY_ALL;
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
