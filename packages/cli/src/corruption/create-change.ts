import { createHash } from 'node:crypto';
import { decodeImage } from '@medzoo/core';
import type { ChangeImage } from '../evaluation/change-image.js';
import { createRandom } from '../statistics/bootstrap.js';
import { CORRUPTIONS } from './corruptions.js';
import { maskToPixels, pixelsToMask, writePng } from './pixels.js';

/** Corrupts an image by the name of a corruption; the same seed and id give the same image. */
export function createChange(name: string, id: string, seed: number): ChangeImage {
  const corruption = CORRUPTIONS[name]!;
  const start = createHash('sha256')
    .update(JSON.stringify([name, id, seed]))
    .digest()
    .readInt32LE(0);
  return async (file) => {
    const { width, height, channels, data } = await decodeImage(file);
    const changed = await corruption.change({ width, height, channels, data }, createRandom(start));
    return {
      image: await writePng(changed),
      moveMask: (mask) =>
        corruption.moveMask ? pixelsToMask(corruption.moveMask(maskToPixels(mask), createRandom(start))) : mask,
    };
  };
}
