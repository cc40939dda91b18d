import { decodeRle } from '@medzoo/core';
import type { ImageMask, Size } from '@medzoo/core/contract';

/** One bit a pixel, lowest bit first, frames one after the other without padding between them (PS3.5, 8.2). */
export function packBits(masks: readonly (ImageMask | undefined)[], { width, height }: Size): Uint8Array {
  const pixels = width * height;
  const packed = new Uint8Array(evenLength(Math.ceil((pixels * masks.length) / 8)));
  masks.forEach((mask, frame) => {
    if (!mask) return;
    const bitmap = decodeRle(mask.rle);
    const offset = frame * pixels;
    for (let at = 0; at < pixels; at += 1) {
      if (bitmap[at] !== 0) packed[Math.floor((offset + at) / 8)]! |= 1 << ((offset + at) % 8);
    }
  });
  return packed;
}

/** One byte a pixel: `fill` writes a frame into its part. */
export function packBytes(
  frames: number,
  { width, height }: Size,
  fill: (frame: number, into: Uint8Array) => void,
): Uint8Array {
  const pixels = width * height;
  const packed = new Uint8Array(evenLength(pixels * frames));
  for (let frame = 0; frame < frames; frame += 1) fill(frame, packed.subarray(frame * pixels, (frame + 1) * pixels));
  return packed;
}

/** Writes `value` where there is mask. */
export function stampMask({ rle, area }: ImageMask, value: number, into: Uint8Array): void {
  if (area === 0) return;
  const bitmap = decodeRle(rle);
  for (let at = 0; at < bitmap.length; at += 1) if (bitmap[at] !== 0) into[at] = value;
}

/** Whether a pixel belongs to two of these masks of one image. */
export function findOverlap(masks: readonly ImageMask[]): readonly [string, string] | undefined {
  const filled = masks.filter(({ area }) => area > 0);
  if (filled.length < 2) return undefined;
  const owner = new Uint16Array(filled[0]!.rle.size.width * filled[0]!.rle.size.height);
  for (const [index, { rle, label }] of filled.entries()) {
    const bitmap = decodeRle(rle);
    for (let at = 0; at < bitmap.length; at += 1) {
      if (bitmap[at] === 0) continue;
      if (owner[at] !== 0) return [filled[owner[at]! - 1]!.label, label];
      owner[at] = index + 1;
    }
  }
  return undefined;
}

function evenLength(bytes: number): number {
  return bytes + (bytes % 2);
}
