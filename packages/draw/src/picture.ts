import { decodeImage, type Bytes, type Raster, type Size } from '@medzoo/core';
import sharp, { type Sharp } from 'sharp';
import { textPen, type TextPen } from './text-paths.js';

/** Longer side of the image in a picture: small images are enlarged until a legend can be read, large ones shrunk. */
const LONGEST = { least: 768, most: 1600 };

const LEAST_WIDTH = 700;
/** Of zlib. The usual 6 takes 1.7 times as long for files that are a twentieth smaller. */
const COMPRESSION = 3;
const BACKGROUND = '#14181f';
/** Pictures are passed on without what says it elsewhere. */
const NOTICE = 'For research. Not for diagnosis.';

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

/**
 * The image, the layers of its size over it, and a legend below, as PNG: `shapes` in SVG, and under them `heat`, uint8
 * RGBA.
 */
export async function paintPicture(
  { image, size }: Picture,
  { shapes = '', heat }: { readonly shapes?: string; readonly heat?: Uint8Array | undefined },
  rows: readonly LegendRow[],
): Promise<Bytes> {
  const width = Math.max(size.width, LEAST_WIDTH);
  const left = Math.floor((width - size.width) / 2);
  const legend = await drawLegend(width, [...rows, noteRow(NOTICE)]);
  // One layer for all that is drawn, since each layer costs as much as the whole picture.
  const drawn = svgOf({ width, height: size.height + legend.height }, [
    svgOf(size, [shapes], `x="${left}"`), // which cuts off what is outside of the image
    `<g transform="translate(0 ${size.height})">${legend.content}</g>`,
  ]);
  const layers = [
    ...(heat ? [{ input: Buffer.from(heat.buffer), raw: { ...size, channels: 4 as const }, left, top: 0 }] : []),
    { input: Buffer.from(drawn), left: 0, top: 0 },
  ];
  return (await inColour(image, size))
    .extend({ left, right: width - size.width - left, bottom: legend.height, background: BACKGROUND })
    .composite(layers)
    .removeAlpha()
    .png({ compressionLevel: COMPRESSION })
    .toBuffer();
}

/** A line of small text. */
export function noteRow(text: string): LegendRow {
  return ({ fontSize, width, pen }, y) => {
    const style = { size: fontSize * 0.9, colour: INK.soft };
    return pen.draw(pen.fit(text, width - 2 * fontSize, style), { x: fontSize * 0.9, y: y + fontSize * 0.35 }, style);
  };
}

/** The image of this size, with three channels: coloured shapes over a grey image would become grey. */
async function inColour({ width, height, channels, data }: Raster, size: Size): Promise<Sharp> {
  const scaled = sharp(data, { raw: { width, height, channels } }).resize({ ...size, fit: 'fill', kernel: 'cubic' });
  if (channels === 3) return scaled;
  // Coloured by libvips, off the thread that serves others: a film may have 50 million pixels.
  const coloured = await scaled.toColourspace('srgb').raw().toBuffer();
  return sharp(coloured, { raw: { ...size, channels: 3 } });
}

/** An SVG document of this size around some shapes. */
function svgOf({ width, height }: Size, content: readonly string[], place = ''): string {
  const box = `${place} width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${box}>${content.join('')}</svg>`;
}

async function drawLegend(
  width: number,
  rows: readonly LegendRow[],
): Promise<{ readonly content: string; readonly height: number }> {
  const fontSize = Math.round(Math.min(Math.max(width / 38, 18), 34));
  const rowHeight = fontSize * 1.75;
  const margin = fontSize * 0.6;
  const legend: Legend = { fontSize, width, pen: await textPen() };
  const height = Math.ceil(rows.length * rowHeight + 2 * margin);
  const drawn = rows.map((row, index) => row(legend, margin + (index + 0.5) * rowHeight));
  return { content: drawn.join(''), height };
}

/** "98 %"; only what is certain is called 0 or 100. */
export function formatPercent(fraction: number): string {
  const percent = Math.round(fraction * 100);
  if (percent === 0 && fraction > 0) return '<1 %';
  if (percent === 100 && fraction < 1) return '>99 %';
  return `${percent} %`;
}
