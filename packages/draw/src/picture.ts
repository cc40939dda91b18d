import { decodeImage, type Raster, type Size } from '@medzoo/core';
import sharp, { type OverlayOptions } from 'sharp';
import { textPen, type TextPen } from './text-paths.js';

/** Longer side of the image in a picture: small images are enlarged until a legend can be read, large ones shrunk. */
const LONGEST = { least: 768, most: 1600 };

const LEAST_WIDTH = 700;
const BACKGROUND = '#14181f';

/** Text colours on the legend's strip; both exceed a contrast of 7 to 1. */
export const INK = { strong: '#ffffff', soft: '#b9c2d0' };

/** What is drawn into a picture of `image`, whose pixels are `scale` picture pixels wide. */
export interface Picture {
  readonly image: Raster;
  readonly scale: number;
  /** Of the image in the picture. */
  readonly size: Size;
}

/** A legend under the image: rows of SVG, each drawn with its middle at y, between x 0 and `width`. */
export interface Legend {
  readonly fontSize: number;
  readonly width: number;
  readonly pen: TextPen;
}
export type LegendRow = (legend: Legend, y: number) => string;

export async function createPicture(source: Uint8Array | Raster): Promise<Picture> {
  const image = source instanceof Uint8Array ? await decodeImage(source) : source;
  const longest = Math.max(image.width, image.height);
  const scale = Math.min(Math.max(longest, LONGEST.least), LONGEST.most) / longest;
  const scaled = (length: number): number => Math.max(1, Math.round(length * scale));
  return { image, scale, size: { width: scaled(image.width), height: scaled(image.height) } };
}

/** The image, `layers` of its size over it, and a legend below, as PNG. */
export async function paintPicture(
  { image, size }: Picture,
  layers: readonly OverlayOptions[],
  rows: readonly LegendRow[],
): Promise<Uint8Array> {
  const width = Math.max(size.width, LEAST_WIDTH);
  const left = Math.floor((width - size.width) / 2);
  const legend = await drawLegend(width, rows);
  const { data, info } = await sharp(image.data, {
    raw: { width: image.width, height: image.height, channels: image.channels },
  })
    .resize({ ...size, fit: 'fill', kernel: 'cubic' })
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const base = { input: data, raw: { width: info.width, height: info.height, channels: info.channels } };
  return sharp({ create: { width, height: size.height + legend.height, channels: 3, background: BACKGROUND } })
    .composite([
      ...[base, ...layers].map((layer) => ({ ...layer, left, top: 0 })),
      { input: Buffer.from(legend.svg), left: 0, top: size.height },
    ])
    .removeAlpha()
    .png()
    .toBuffer();
}

/** An SVG document of this size around some shapes. */
export function svgOf({ width, height }: Size, content: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${content}</svg>`;
}

async function drawLegend(
  width: number,
  rows: readonly LegendRow[],
): Promise<{ readonly svg: string; readonly height: number }> {
  const fontSize = Math.round(Math.min(Math.max(width / 38, 18), 34));
  const rowHeight = fontSize * 1.75;
  const margin = fontSize * 0.6;
  const legend: Legend = { fontSize, width, pen: await textPen() };
  const height = Math.ceil(rows.length * rowHeight + 2 * margin);
  const drawn = rows.map((row, index) => row(legend, margin + (index + 0.5) * rowHeight));
  return { svg: svgOf({ width, height }, drawn.join('')), height };
}

/** "98 %"; only what is certain is called 0 or 100. */
export function formatPercent(fraction: number): string {
  const percent = Math.round(fraction * 100);
  if (percent === 0 && fraction > 0) return '<1 %';
  if (percent === 100 && fraction < 1) return '>99 %';
  return `${percent} %`;
}
