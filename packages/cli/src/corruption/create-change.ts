import { createHash } from 'node:crypto';
import type { ChangeImage } from '../evaluation/score/change-image.js';
import { createRandom } from '../statistics/bootstrap.js';
import { CORRUPTIONS } from './corruptions.js';
import { maskToPixels, pixelsToMask, writePng, type Pixels } from './pixels.js';

/** The pixels of an image's file. */
export type DecodePixels = (file: Uint8Array) => Promise<Pixels>;

/** Corrupts the pixels that `decode` gives by the name of a corruption; the same seed and id give the same image. */
export function createChange(
  name: string,
  { id, seed, decode }: { readonly id: string; readonly seed: number; readonly decode: DecodePixels },
): ChangeImage {
  const corruption = CORRUPTIONS[name]!;
  const start = createHash('sha256')
    .update(JSON.stringify([name, id, seed]))
    .digest()
    .readInt32LE(0);
  return async (file) => {
    const { width, height, channels, data } = await decode(file);
    const changed = await corruption.change({ width, height, channels, data }, createRandom(start));
    return {
      image: await writePng(changed),
      moveMask: (mask) =>
        corruption.moveMask ? pixelsToMask(corruption.moveMask(maskToPixels(mask), createRandom(start))) : mask,
    };
  };
}
