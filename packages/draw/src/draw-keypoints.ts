import type { Bytes, Keypoint, KeypointsAnswer, Raster } from '@medzoo/core';
import { colourOf } from './colours.js';
import { warningRows } from './legend-rows.js';
import { createPicture, INK, paintPicture, type LegendRow, type Picture } from './picture.js';
import { textPen, type TextPen } from './text-paths.js';

/**
 * A PNG for a person: the image with a numbered ring around each point in a colour of its own, and a legend below with
 * the places in image pixels.
 */
export async function drawKeypoints(
  source: Uint8Array | Raster,
  { points, domain }: Pick<KeypointsAnswer, 'points' | 'domain'>,
): Promise<Bytes> {
  const picture = await createPicture(source);
  const pen = await textPen();
  const shapes = points.map((one, index) => drawPoint(one, index, picture, pen));
  const rows = points.map((one, index) => pointRow(one, index, points));
  return paintPicture(picture, { shapes: shapes.join('') }, [...warningRows(domain), ...rows]);
}

/** A ring leaves what it is about in sight; a dark one under it keeps it visible on any ground. */
function drawPoint({ point }: Keypoint, index: number, { scale, size }: Picture, pen: TextPen): string {
  if (!point) return '';
  const longest = Math.max(size.width, size.height);
  const [radius, stroke] = [longest / 90, longest / 350];
  const [x, y] = [point.x * scale, point.y * scale];
  const ring = (colour: string, width: number): string =>
    `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="${radius.toFixed(1)}" fill="none" stroke="${colour}" stroke-width="${width.toFixed(1)}"/>`;
  const text = { size: 2 * radius, bold: true, colour: colourOf(index) };
  const number = String(index + 1);
  // On the side that has room for it.
  const left = x + 4 * radius > size.width ? x - 1.4 * radius - pen.widthOf(number, text) : x + 1.4 * radius;
  return (
    ring('#000', 2 * stroke) + ring(colourOf(index), stroke) + pen.draw(number, { x: left, y: y + 0.7 * radius }, text)
  );
}

function pointRow(one: Keypoint, index: number, all: readonly Keypoint[]): LegendRow {
  return ({ fontSize, width, pen }, y) => {
    const bold = { size: fontSize, bold: true, colour: colourOf(index) };
    const soft = { size: fontSize, colour: INK.soft };
    const names = all.map(({ label }, at) => pen.fit(`${at + 1} ${label}`, width * 0.4, bold));
    const baseline = y + fontSize * 0.35;
    const margin = fontSize * 0.9;
    const left = margin + Math.max(...names.map((name) => pen.widthOf(name, bold))) + fontSize;
    return (
      pen.draw(names[index]!, { x: margin, y: baseline }, bold) +
      pen.draw(pen.fit(describePoint(one), width - left, soft), { x: left, y: baseline }, soft)
    );
  };
}

/** A legend's words. */
export function describePoint({ point, presence, absentBecause }: Omit<Keypoint, 'label'>): string {
  const present = presence === undefined ? '' : ` · presence ${presence.toFixed(2)}`;
  if (point) return `x ${point.x.toFixed(1)}, y ${point.y.toFixed(1)} px${present}`;
  return `${absentBecause === 'outside' ? 'outside of the image' : 'not in the image'}${present}`;
}
