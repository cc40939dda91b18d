import { createHash } from 'node:crypto';
import { createRandom } from '../statistics/bootstrap.js';

/** What may be changed in a copy of an image. */
export const CHANGES = ['flip', 'rotate', 'brightness', 'contrast', 'noise', 'jpeg'] as const;

export type Change = (typeof CHANGES)[number];

/**
 * How a copy differs from its image, in this order: mirrored left to right, turned clockwise by so many degrees, then
 * each value v becomes ((v - mean) * contrast + mean) * brightness, cut to 0..255, with the mean over all pixels and
 * channels. Then normal noise is added, and last the copy is compressed. It is done to the decoded image, before
 * preprocessing; a mask is mirrored and turned alike.
 */
export interface Augmentation {
  readonly flip: boolean;
  readonly rotate: 0 | 90 | 180 | 270;
  readonly brightness: number;
  readonly contrast: number;
  /** Standard deviation of the noise, in grey levels; none is added without it. */
  readonly noise?: number;
  /** Quality of the JPEG that the copy has been; it has been none without it. */
  readonly jpeg?: number;
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
/** Half of the copies have noise, and half have been a JPEG: so much of each as files suffer on their way. */
const [NOISE, JPEG] = [
  { least: 3, most: 12 },
  { least: 20, most: 90 },
];

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
  const [hasNoise, noise, isJpeg, quality] = [random(), random(), random(), random()];
  const factor = (lot: number): number => Number(Math.exp(SPREAD * (2 * lot - 1)).toFixed(3));
  return {
    flip: changes.includes('flip') && flip < 0.5,
    rotate: changes.includes('rotate') ? TURNS[Math.floor(turn * TURNS.length)]! : 0,
    brightness: changes.includes('brightness') ? factor(brightness) : 1,
    contrast: changes.includes('contrast') ? factor(contrast) : 1,
    ...(changes.includes('noise') && hasNoise < 0.5 && { noise: Number(within(NOISE, noise).toFixed(1)) }),
    ...(changes.includes('jpeg') && isJpeg < 0.5 && { jpeg: Math.round(within(JPEG, quality)) }),
  };
}

const within = ({ least, most }: typeof NOISE, lot: number): number => least + lot * (most - least);

/** The image with all that is changed but what is done to a mask as well; a copy. */
export async function augment(image: Plane, augmentation: Augmentation): Promise<Plane> {
  const { noise, jpeg } = augmentation;
  const moved = changeLight(moveCells(image, augmentation), augmentation);
  const noisy = noise === undefined ? moved : addNoise(moved, noise);
  return jpeg === undefined ? noisy : compress(noisy, jpeg);
}

/** The same noise for the same image: its lots begin with the pixels' sum. */
function addNoise(image: Plane, deviation: number): Plane {
  const { data } = image;
  let sum = 0;
  for (const value of data) sum += value;
  const random = createRandom(sum);
  // Box and Muller's two normal numbers of two lots (Annals of Mathematical Statistics 29, 1958).
  const noisy = new Uint8ClampedArray(data.length);
  for (let index = 0; index < data.length; index += 2) {
    const radius = deviation * Math.sqrt(-2 * Math.log(1 - random()));
    const angle = 2 * Math.PI * random();
    noisy[index] = data[index]! + radius * Math.cos(angle);
    if (index + 1 < data.length) noisy[index + 1] = data[index + 1]! + radius * Math.sin(angle);
  }
  return { ...image, data: new Uint8Array(noisy.buffer) };
}

async function compress({ width, height, channels, data }: Plane, quality: number): Promise<Plane> {
  const { default: sharp } = await import('sharp');
  const image = sharp(data, { raw: { width, height, channels }, limitInputPixels: false });
  const file = await (channels === 1 ? image.toColourspace('b-w') : image).jpeg({ quality }).toBuffer();
  const again = await sharp(file, { limitInputPixels: false })
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .raw()
    .toBuffer();
  return { width, height, channels, data: new Uint8Array(again) };
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
