import { describeImage } from '@medzoo/core';
import sharp from 'sharp';
import { mayHaveExif } from '../files/image-names.js';
import type { ReadingOptions } from '../files/reading-options.js';
import type { Seen } from './compare-shape.js';

/** The size and orientation that the zoo gives an image. */
export async function seeImage(image: Uint8Array, { decoders, limits }: ReadingOptions): Promise<Seen> {
  const { width, height, format } = await describeImage(image, limits, { decoders });
  const { orientation = 1 } = mayHaveExif(format) ? await sharp(image, { limitInputPixels: false }).metadata() : {};
  return { width, height, orientation };
}
