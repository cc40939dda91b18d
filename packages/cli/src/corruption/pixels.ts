import { bitmapToRle, decodeRle, type Rle, type Size } from '@medzoo/core';
import sharp, { type Sharp } from 'sharp';

/** uint8 [height, width, channels], row-major: grey or RGB; a mask is grey of 0 and 1. */
export interface Pixels extends Size {
  readonly channels: 1 | 3;
  readonly data: Uint8Array;
}

/** As a file without loss. */
export function writePng({ data, width, height, channels }: Pixels): Promise<Uint8Array> {
  return openPixels({ data, width, height, channels }).png({ compressionLevel: 1 }).toBuffer();
}

export function openPixels({ data, width, height, channels }: Pixels): Sharp {
  return sharp(data, { raw: { width, height, channels } });
}

export function maskToPixels(mask: Rle): Pixels {
  return { ...mask.size, channels: 1, data: decodeRle(mask) };
}

export function pixelsToMask({ data, width, height }: Pixels): Rle {
  return bitmapToRle(data, { width, height });
}

/** Each pixel of `size` is the one at `from(x, y)`; black where that is undefined. */
export function movePixels(
  { data, width, channels }: Pixels,
  size: Size,
  from: (x: number, y: number) => readonly [x: number, y: number] | undefined,
): Pixels {
  const moved = new Uint8Array(size.width * size.height * channels);
  for (let y = 0; y < size.height; y += 1) {
    for (let x = 0; x < size.width; x += 1) {
      const source = from(x, y);
      if (!source) continue;
      const at = (source[1] * width + source[0]) * channels;
      moved.set(data.subarray(at, at + channels), (y * size.width + x) * channels);
    }
  }
  return { ...size, channels, data: moved };
}

/** Each value by `change`, rounded and kept in 0..255. */
export function changeValues(pixels: Pixels, change: (value: number, index: number) => number): Pixels {
  // A clamped array rounds and clamps what is written to it.
  return { ...pixels, data: new Uint8Array(Uint8ClampedArray.from(pixels.data, change).buffer) };
}
