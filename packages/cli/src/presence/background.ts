import { decodeRle, type Box, type DecodedImage, type Rle } from '@medzoo/core';
import sharp from 'sharp';

/** Of the image's longer side: a smaller crop would be mostly enlargement. */
const LEAST_SHARE = 1 / 5;

/** A crop is at most as many times longer than wide: encoders stretch it to a square. */
const MOST_ELONGATED = 2;

/** In grey levels: with less spread than this, as in a black margin, there is nothing to be mistaken for the target. */
const LEAST_SPREAD = 5;

/**
 * The largest part of an image without a target, as a PNG; the same for the same image and mask. Undefined where it is
 * too small or flat.
 */
export async function cropBackground(image: DecodedImage, target: Rle): Promise<Uint8Array | undefined> {
  const box = findBackground(target);
  if (box === undefined) return undefined;
  const { width, height, channels, data } = image;
  const crop = sharp(data, { raw: { width, height, channels } }).extract({
    left: box.x,
    top: box.y,
    width: box.width,
    height: box.height,
  });
  const png = await (channels === 1 ? crop.toColourspace('b-w') : crop).png().toBuffer();
  const { channels: levels } = await sharp(png).stats();
  return levels.every(({ stdev }) => stdev < LEAST_SPREAD) ? undefined : png;
}

/** The largest box clear of the mask, no more than twice as long as wide; the first from the top left of several. */
export function findBackground(target: Rle): Box | undefined {
  const { width, height } = target.size;
  const isMask = decodeRle(target);
  const least = Math.max(width, height) * LEAST_SHARE;
  const clear = new Int32Array(width);
  let best: Box | undefined;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) clear[x] = isMask[y * width + x] === 0 ? clear[x]! + 1 : 0;
    for (const box of boxesAbove(clear, y)) {
      const trimmed = trim(box);
      if (Math.min(trimmed.width, trimmed.height) < least) continue;
      if (trimmed.width * trimmed.height > (best ? best.width * best.height : 0)) best = trimmed;
    }
  }
  return best;
}

/**
 * The largest boxes that end at row `y`, one for each bar of the histogram of clear pixels above it (a stack of rising
 * bars).
 */
function boxesAbove(clear: Int32Array, y: number): Box[] {
  const boxes: Box[] = [];
  const rising: { start: number; height: number }[] = [];
  for (let x = 0; x <= clear.length; x += 1) {
    const bar = clear[x] ?? 0;
    let start = x;
    while (rising.length > 0 && rising.at(-1)!.height > bar) {
      const { start: left, height } = rising.pop()!;
      boxes.push({ x: left, y: y + 1 - height, width: x - left, height });
      start = left;
    }
    if (bar > (rising.at(-1)?.height ?? 0)) rising.push({ start, height: bar });
  }
  return boxes;
}

/** The middle of a box that is too long. */
function trim({ x, y, width, height }: Box): Box {
  const [w, h] = [Math.min(width, height * MOST_ELONGATED), Math.min(height, width * MOST_ELONGATED)];
  return { x: x + Math.floor((width - w) / 2), y: y + Math.floor((height - h) / 2), width: w, height: h };
}
