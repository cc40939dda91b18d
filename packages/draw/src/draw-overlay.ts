import {
  isPresenceJudged,
  rleToPolygons,
  ZooError,
  type Bytes,
  type ImageMask,
  type Polygon,
  type Raster,
} from '@medzoo/core';
import { colourOf } from './colours.js';
import { createPicture, formatPercent, INK, paintPicture, type LegendRow, type Picture } from './picture.js';

/** What is drawn of a mask: an `ImageMask` of an answer, or one of your own. */
export type DrawnMask = Pick<
  ImageMask,
  'label' | 'presence' | 'quality' | 'areaFraction' | 'rle' | 'domain' | 'absentBecause'
>;

/**
 * A PNG for a person: the image with each mask filled and outlined in a colour of its own, and a legend below. Of bytes
 * the frame is drawn that an analysis reads by default. Rejects with INVALID_PARAM for a mask of another size than the
 * image's.
 */
export async function drawOverlay(source: Uint8Array | Raster, masks: readonly DrawnMask[]): Promise<Bytes> {
  const picture = await createPicture(source);
  for (const mask of masks) checkSize(mask, picture);
  const shapes = masks.map(({ rle }, index) =>
    drawMask(rleToPolygons(rle, { tolerance: 1 }), picture, colourOf(index)),
  );
  return paintPicture(picture, { shapes: shapes.join('') }, legendRows(masks));
}

function checkSize({ label, rle }: DrawnMask, { image }: Picture): void {
  const { width, height } = rle.size;
  if (height === image.height && width === image.width) return;
  throw new ZooError(
    'INVALID_PARAM',
    `The mask of ${label} is of ${width} x ${height} pixels, and the image of ${image.width} x ${image.height}. ` +
      'Draw an answer over the frame that was asked about, and over nothing else.',
  );
}

/** A dark line under the coloured one keeps the outline visible on any ground. */
function drawMask(polygons: readonly Polygon[], { scale, size }: Picture, colour: string): string {
  const stroke = Math.max(size.width, size.height) / 350;
  const rings = polygons.flatMap(({ exterior, holes }) => [exterior, ...holes]);
  const format = (value: number): string => (value * scale).toFixed(1);
  const path = rings.map((ring) => `M${ring.map(({ x, y }) => `${format(x)} ${format(y)}`).join('L')}Z`).join('');
  if (path === '') return '';
  return (
    `<path d="${path}" fill="${colour}" fill-opacity="0.3" fill-rule="evenodd"/>` +
    `<path d="${path}" fill="none" stroke="#000" stroke-opacity="0.55" stroke-width="${2 * stroke}" stroke-linejoin="round"/>` +
    `<path d="${path}" fill="none" stroke="${colour}" stroke-width="${stroke}" stroke-linejoin="round"/>`
  );
}

function legendRows(masks: readonly DrawnMask[]): LegendRow[] {
  return masks.map((mask, index) => ({ fontSize, width, pen }, y) => {
    const bold = { size: fontSize, bold: true, colour: INK.strong };
    const soft = { size: fontSize, colour: INK.soft };
    const labels = masks.map(({ label }) => pen.fit(label, width * 0.32, bold));
    const label = { x: fontSize * 2.3, y: y + fontSize * 0.35 };
    const facts = { ...label, x: label.x + Math.max(...labels.map((text) => pen.widthOf(text, bold))) + fontSize };
    return (
      swatch(fontSize * 0.9, y, fontSize, colourOf(index), mask.areaFraction === 0) +
      pen.draw(labels[index]!, label, bold) +
      pen.draw(pen.fit(describeMask(mask), width - facts.x, soft), facts, soft)
    );
  });
}

/**
 * A legend's words. An empty mask may be that of an absent target or of one that is there, as its presence says, and
 * not outlined; or the image is of another kind than the target was learnt on.
 */
export function describeMask({
  presence,
  quality,
  areaFraction,
  domain,
  absentBecause,
}: Omit<DrawnMask, 'label' | 'rle'>): string {
  const isOtherKind = domain?.inDomain === false;
  const otherKind = isOtherKind ? `not its kind of image, nearest: ${domain.nearest}` : undefined;
  if (otherKind !== undefined && absentBecause === 'domain') return `no outline · ${otherKind}`;
  const present = isPresenceJudged({ presence }) ? [`presence ${presence.toFixed(2)}`] : [];
  if (areaFraction === 0)
    return ['no outline', ...present, ...(isOtherKind ? ['not its kind of image'] : [])].join(' · ');
  const warning = otherKind === undefined ? '' : `unsure: ${otherKind} · `;
  const facts = [...present, `quality ${quality.toFixed(2)}`, `${formatPercent(areaFraction)} of the image`];
  return `${warning}${facts.join(' · ')}`;
}

/** A square in the mask's colour, hollow for an empty mask. */
function swatch(x: number, y: number, size: number, colour: string, isEmpty: boolean): string {
  const place = `x="${x}" y="${y - size / 2}" width="${size}" height="${size}" rx="${size / 6}"`;
  return `<rect ${place} fill="${isEmpty ? 'none' : colour}" stroke="${colour}" stroke-width="2"/>`;
}
