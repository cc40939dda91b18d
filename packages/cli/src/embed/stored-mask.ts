import sharp from 'sharp';
import { fitImage, type Geometry } from '@medzoo/core';
import type { PreprocessSpec } from '@medzoo/core/contract';
import { CommandError } from '../command-error.js';
import { describeError } from '../describe-error.js';
import { readImage } from '../files/read-image.js';
import { decodeMask } from '../truth/decode-mask.js';
import type { Plane } from './augmentation.js';

/**
 * A mask's values as its file stores them, such as 2 for the second class, uint8 [height, width], turned by its EXIF
 * orientation. A CommandError for colours, among them palettes, whose numbers the decoder does not tell, and for values
 * above 255.
 */
export async function readStoredMask(path: string): Promise<Plane> {
  const bytes = await readImage(path).catch((error: unknown) => {
    throw new CommandError(`Its mask cannot be read. ${describeError(error)}`);
  });
  const { width, height, values, channels } = await decodeMask(bytes);
  const { bitsPerSample = 8, space } = await sharp(bytes).metadata();
  // libvips spreads one, two or four bits of grey over 0..255.
  const spread = space === 'b-w' && bitsPerSample < 8 ? 255 / (2 ** bitsPerSample - 1) : 1;
  const data = new Uint8Array(width * height);
  for (let pixel = 0; pixel < data.length; pixel += 1) {
    const value = values[pixel * channels]!;
    if (channels === 3 && (values[3 * pixel + 1] !== value || values[3 * pixel + 2] !== value)) {
      throw new CommandError(
        'Expected a mask of grey values, one for each class; got colours or a palette. Write it as a grey PNG.',
      );
    }
    if (!(Number.isInteger(value) && value >= 0 && value <= 255)) {
      throw new CommandError(
        `Expected a mask of whole numbers from 0 to 255; got ${value}. Write it as a grey PNG of 8 bits.`,
      );
    }
    data[pixel] = value / spread;
  }
  return { width, height, channels: 1, data };
}

/**
 * A mask as the encoder sees its image: uint8 [height, width] of the encoder's input, nearest neighbour, 0 where
 * nothing lies.
 */
export function fitMask(mask: Plane, preprocess: Pick<PreprocessSpec, 'size' | 'fit'>): Uint8Array {
  const { model, content }: Geometry = fitImage(mask, preprocess);
  const fitted = new Uint8Array(model.width * model.height);
  for (let y = 0; y < content.height; y += 1) {
    const row = Math.floor(((y + 0.5) * mask.height) / content.height);
    for (let x = 0; x < content.width; x += 1) {
      const column = Math.floor(((x + 0.5) * mask.width) / content.width);
      fitted[y * model.width + x] = mask.data[row * mask.width + column]!;
    }
  }
  return fitted;
}
