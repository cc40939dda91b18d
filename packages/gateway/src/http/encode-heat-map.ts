import type { HeatMap } from '@medzoo/core';
import sharp from 'sharp';

/** A heat map, float32 [height, width] of 0..1, as an 8-bit grey PNG; encoded off the event loop. */
export function encodeHeatMap({ size, values }: HeatMap): Promise<Buffer> {
  const pixels = Uint8Array.from(values, (value) => Math.round(Math.min(Math.max(value, 0), 1) * 255));
  return sharp(pixels, { raw: { ...size, channels: 1 } })
    .toColourspace('b-w')
    .png()
    .toBuffer();
}
