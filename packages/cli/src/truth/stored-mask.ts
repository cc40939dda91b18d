import sharp from 'sharp';
import { CommandError } from '../command-error.js';
import { describeError } from '../describe-error.js';
import { readImage } from '../files/read-image.js';
import type { Plane } from '../embed/augmentation.js';
import type { Assumption } from './assumption.js';
import { chooseLayer } from './choose-layer.js';
import { decodeMask } from './decode-mask.js';
import { isUncompressed } from './uncompressed-mask.js';

/** Of one channel; turned already by the EXIF orientation of its file. */
export interface StoredMask extends Plane {
  readonly orientation: number;
  /** What was assumed of its alpha channel. */
  readonly assumptions: readonly Assumption[];
}

/**
 * A mask's values as its file stores them, such as 2 for the second class, uint8 [height, width], turned by its EXIF
 * orientation. An alpha channel counts as in `chooseLayer`: what it hides is background, and where the visible colours
 * do not vary, it is the mask. A CommandError for colours, among them palettes, whose numbers the decoder does not
 * tell, and for values above 255.
 */
export async function readStoredMask(path: string): Promise<StoredMask> {
  const bytes = await readImage(path).catch((error: unknown) => {
    throw new CommandError(`Its mask cannot be read. ${describeError(error)}`);
  });
  const mask = await decodeMask(bytes);
  const { width, height, orientation } = mask;
  const { layer, assumptions } = chooseLayer(mask);
  const { values, channels } = layer;
  const { bitsPerSample = 8, space } = isUncompressed(bytes) ? {} : await sharp(bytes).metadata();
  // libvips spreads one, two or four bits of grey over 0..255.
  const isSpread = space === 'b-w' && bitsPerSample < 8 && !assumptions.includes('alpha');
  const spread = isSpread ? 255 / (2 ** bitsPerSample - 1) : 1;
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
  return { width, height, channels: 1, data, orientation, assumptions };
}
