import { createHash } from 'node:crypto';
import { createRandom } from '../statistics/bootstrap.js';

/** What may be changed in a copy of an image. */
export const CHANGES = ['flip', 'rotate', 'brightness', 'contrast'] as const;

export type Change = (typeof CHANGES)[number];

/**
 * How a copy differs from its image, in this order: mirrored left to right, turned clockwise by so many degrees, then
 * each value v becomes ((v - mean) * contrast + mean) * brightness, cut to 0..255, with the mean over all pixels and
 * channels. It is done to the decoded image, before preprocessing; a mask is mirrored and turned alike.
 */
export interface Augmentation {
  readonly flip: boolean;
  readonly rotate: 0 | 90 | 180 | 270;
  readonly brightness: number;
  readonly contrast: number;
}

/** Values [height, width, channels], row-major. */
export interface Plane<D extends Uint8Array = Uint8Array> {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly data: D;
}

const TURNS = [0, 90, 180, 270] as const;
/** Of the logarithm of brightness and contrast. */
const SPREAD = 0.2;

/**
 * The augmentation of one copy of an image: the same for the same seed, image and copy, whatever rows stand beside it.
 */
export function drawAugmentation(
  { seed, file, copy }: { readonly seed: number; readonly file: string; readonly copy: number },
  changes: readonly Change[],
): Augmentation {
  const digest = createHash('sha256').update(`${seed} ${copy} ${file}`).digest();
  const random = createRandom(digest.readUInt32LE(0));
  const [flip, turn, brightness, contrast] = [random(), random(), random(), random()];
  const factor = (lot: number): number => Number(Math.exp(SPREAD * (2 * lot - 1)).toFixed(3));
  return {
    flip: changes.includes('flip') && flip < 0.5,
    rotate: changes.includes('rotate') ? TURNS[Math.floor(turn * TURNS.length)]! : 0,
    brightness: changes.includes('brightness') ? factor(brightness) : 1,
    contrast: changes.includes('contrast') ? factor(contrast) : 1,
  };
}

/** The image with light and geometry changed; a copy. */
export function augment(image: Plane, augmentation: Augmentation): Plane {
  return changeLight(moveCells(image, augmentation), augmentation);
}

/** The image, or a mask, mirrored and turned; a copy. */
export function moveCells(
  { width, height, channels, data }: Plane,
  { flip, rotate }: Pick<Augmentation, 'flip' | 'rotate'>,
): Plane {
  const isOnSide = rotate === 90 || rotate === 270;
  const [newWidth, newHeight] = isOnSide ? [height, width] : [width, height];
  const moved = new Uint8Array(data.length);
  for (let y = 0; y < newHeight; y += 1) {
    for (let x = 0; x < newWidth; x += 1) {
      // The place before the turn, then before the mirror.
      const [column, row] = {
        0: [x, y],
        90: [y, height - 1 - x],
        180: [width - 1 - x, height - 1 - y],
        270: [width - 1 - y, x],
      }[rotate] as [number, number];
      const source = (row * width + (flip ? width - 1 - column : column)) * channels;
      const target = (y * newWidth + x) * channels;
      for (let channel = 0; channel < channels; channel += 1) moved[target + channel] = data[source + channel]!;
    }
  }
  return { width: newWidth, height: newHeight, channels, data: moved };
}

function changeLight(image: Plane, { brightness, contrast }: Augmentation): Plane {
  if (brightness === 1 && contrast === 1) return image;
  const { data } = image;
  let sum = 0;
  for (const value of data) sum += value;
  const mean = sum / data.length;
  const changed = Uint8ClampedArray.from(
    { length: 256 },
    (_, value) => ((value - mean) * contrast + mean) * brightness,
  );
  return { ...image, data: data.map((value) => changed[value]!) };
}
