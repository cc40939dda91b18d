import sharp, { type Sharp } from 'sharp';
import { changeValues, movePixels, openPixels, type Pixels } from './pixels.js';

/** One thing that happens to images on their way. `random` gives 0..1; the same row of numbers gives the same image. */
export interface Corruption {
  change(image: Pixels, random: () => number): Pixels | Promise<Pixels>;
  /** How the masks of an image follow, by the same row of numbers; a corruption without it moves no pixel. */
  readonly moveMask?: (mask: Pixels, random: () => number) => Pixels;
}

type Move = (image: Pixels, random: () => number) => Pixels;

/** What moves pixels does to a mask what it does to its image. */
const moving = (move: Move): Corruption => ({ change: move, moveMask: move });

const JPEG_QUALITY = 20;
/** Pixels. */
const BLUR_SIGMA = 1.5;
const CROPPED_SIDE = 0.85;

export const CORRUPTIONS: Readonly<Record<string, Corruption>> = {
  /** Counter-clockwise. */
  rotate90: moving((image) =>
    movePixels(image, { width: image.height, height: image.width }, (x, y) => [image.width - 1 - y, x]),
  ),
  rotate180: moving((image) => movePixels(image, image, (x, y) => [image.width - 1 - x, image.height - 1 - y])),
  'flip-x': moving((image) => movePixels(image, image, (x, y) => [image.width - 1 - x, y])),
  'flip-y': moving((image) => movePixels(image, image, (x, y) => [x, image.height - 1 - y])),
  inverted: { change: (image) => changeValues(image, (value) => 255 - value) },
  grey: { change: toGrey },
  jpeg20: { change: (image) => throughFile(image, 'jpeg') },
  blur: { change: (image) => throughFile(image, 'blur') },
  noise5: { change: (image, random) => addNoise(image, 5, random) },
  noise10: { change: (image, random) => addNoise(image, 10, random) },
  noise25: { change: (image, random) => addNoise(image, 25, random) },
  darker: { change: (image) => changeValues(image, (value) => value * 0.7) },
  brighter: { change: (image) => changeValues(image, (value) => value * 1.3) },
  'contrast-low': { change: (image) => changeContrast(image, 0.6) },
  'contrast-high': { change: (image) => changeContrast(image, 1.5) },
  crop: moving(crop),
  letterbox: moving(letterbox),
  '2x': { change: enlargeImage, moveMask: enlargeMask },
};

/** What a camera, a scanner or a viewer does through a codec or a filter of its own. */
async function throughFile(image: Pixels, what: 'jpeg' | 'blur'): Promise<Pixels> {
  const opened = openPixels(image);
  return readPixels(
    what === 'jpeg' ? sharp(await opened.jpeg({ quality: JPEG_QUALITY }).toBuffer()) : opened.blur(BLUR_SIGMA),
    image.channels,
  );
}

/** Pixels of the rim that are repeated beyond it, which is as far as the kernel reaches. */
const RIM = 2;

/**
 * Bicubic. Where sharp's `resize` enlarges, it moves the image by half a pixel to the right and down, away from its
 * mask; here that is taken back (`idx`, `idy`: a quarter of a pixel of the image as it was).
 */
async function enlargeImage(image: Pixels): Promise<Pixels> {
  const { width, height, channels } = image;
  const rim = { top: RIM, bottom: RIM, left: RIM, right: RIM, extendWith: 'copy' } as const;
  const extended = openPixels(await readPixels(openPixels(image).extend(rim), channels));
  const twice = [
    [2, 0],
    [0, 2],
  ] as [[number, number], [number, number]];
  const enlarged = await readPixels(
    extended.affine(twice, { interpolator: 'bicubic', idx: 0.25, idy: 0.25 }),
    channels,
  );
  return movePixels(enlarged, { width: 2 * width, height: 2 * height }, (x, y) => [x + 2 * RIM, y + 2 * RIM]);
}

async function readPixels(image: Sharp, channels: Pixels['channels']): Promise<Pixels> {
  const space = channels === 1 ? 'b-w' : 'srgb';
  const { data, info } = await image.toColourspace(space).raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, channels, data };
}

/** Gaussian, of one plane on grey images and of three on colour. */
function addNoise(image: Pixels, sigma: number, random: () => number): Pixels {
  const isGrey = image.data.every((value, index) => value === image.data[index - (index % image.channels)]);
  let noise = 0;
  return changeValues(image, (value, index) => {
    if (!isGrey || index % image.channels === 0) noise = sigma * drawNormal(random);
    return value + noise;
  });
}

/** Box, Muller 1958. */
function drawNormal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** About the image's own mean, so that brightness stays. */
function changeContrast(image: Pixels, factor: number): Pixels {
  const middle = image.data.reduce((sum, value) => sum + value, 0) / image.data.length;
  return changeValues(image, (value) => (value - middle) * factor + middle);
}

function toGrey(image: Pixels): Pixels {
  const { data, channels } = image;
  if (channels === 1) return image;
  const start = (index: number): number => index - (index % channels);
  // ITU-R 601, as Pillow and JPEG have it.
  return changeValues(image, (_, index) => {
    const [red, green, blue] = data.subarray(start(index), start(index) + channels);
    return 0.299 * red! + 0.587 * green! + 0.114 * blue!;
  });
}

/** A part with 85 % of each side, at a random place. */
function crop(image: Pixels, random: () => number): Pixels {
  const [width, height] = [image.width, image.height].map((side) => Math.max(1, Math.round(side * CROPPED_SIDE)));
  const left = Math.floor(random() * (image.width - width! + 1));
  const top = Math.floor(random() * (image.height - height! + 1));
  return movePixels(image, { width: width!, height: height! }, (x, y) => [x + left, y + top]);
}

/** Black bars that make it a square; a square gets bars of an eighth above and below. */
function letterbox(image: Pixels): Pixels {
  const { width, height } = image;
  const side = width === height ? Math.round(height * 1.25) : Math.max(width, height);
  const size = { width: width === height ? width : side, height: side };
  const [left, top] = [Math.floor((size.width - width) / 2), Math.floor((size.height - height) / 2)];
  return movePixels(image, size, (x, y) => {
    const [fromX, fromY] = [x - left, y - top];
    return fromX >= 0 && fromX < width && fromY >= 0 && fromY < height ? [fromX, fromY] : undefined;
  });
}

function enlargeMask(mask: Pixels): Pixels {
  const size = { width: 2 * mask.width, height: 2 * mask.height };
  return movePixels(mask, size, (x, y) => [Math.floor(x / 2), Math.floor(y / 2)]);
}
