import type { HeatMap } from '@medzoo/core';

/** A heat map, float32 [height, width] of 0..1, as an 8-bit grey PNG; encoded off the event loop. */
export async function encodeHeatMap({ size, values }: HeatMap): Promise<Buffer> {
  const pixels = Uint8Array.from(values, (value) => Math.round(Math.min(Math.max(value, 0), 1) * 255));
  const { default: sharp } = await import('sharp'); // takes .1 s, and few ask for heat maps
  return sharp(pixels, { raw: { ...size, channels: 1 } })
    .toColourspace('b-w')
    .png()
    .toBuffer();
}
