import type { Size } from '@medzoo/core';
import { CommandError } from '../command-error.js';
import type { Assumption } from './assumption.js';

/** A picture as a person sees it, and the EXIF orientation (1 to 8) that turned it there. */
export interface Seen extends Size {
  readonly orientation: number;
}

/** Half a percent, or one pixel: a scaler rounds. */
const SAME_SHAPE = 0.005;

/**
 * What has to be assumed to lay a mask over its image. A CommandError if the mask fits the image only when one of them
 * is turned: which way it was turned cannot be known.
 */
export function compareShape(mask: Seen, image: Seen): Assumption[] {
  const isSameSize = mask.width === image.width && mask.height === image.height;
  if (!isSameSize && mask.width === image.height && mask.height === image.width) {
    throw new CommandError(
      `The mask is ${mask.width} x ${mask.height} and its image ${image.width} x ${image.height}, as people see ` +
        'them: one of them is turned. Give both the same EXIF orientation, or turn the mask as its image is seen.',
    );
  }
  const turned: Assumption[] = mask.orientation === image.orientation ? [] : ['orientation'];
  if (isSameSize) return turned;
  const expected = (mask.width * image.height) / image.width;
  const isSameShape = Math.abs(mask.height - expected) <= Math.max(1, expected * SAME_SHAPE);
  return [...turned, isSameShape ? 'resized' : 'stretched'];
}
