import {
  resizeBilinear,
  type Bytes,
  type ClassificationAnswer,
  type HeatMap,
  type Raster,
  type Size,
} from '@medzoo/core';
import { barRows, warningRows } from './legend-rows.js';
import { createPicture, formatPercent, noteRow, paintPicture, type LegendRow } from './picture.js';

/** Five stops of matplotlib's inferno: even to the eye, and readable without colour. */
const INFERNO = [
  [0, 0, 4],
  [87, 16, 110],
  [188, 55, 84],
  [249, 142, 9],
  [252, 255, 164],
] as const;

type DrawnClasses = Pick<ClassificationAnswer, 'scores' | 'plausible' | 'domain'>;

/**
 * A PNG for a person: the image, the heat map over it where it is warm, and a bar for each label. The map covers the
 * whole image, as that of an answer does.
 */
export async function drawHeatMap(
  source: Uint8Array | Raster,
  heatMap: HeatMap | undefined,
  answer: DrawnClasses,
): Promise<Bytes> {
  const picture = await createPicture(source);
  const heat = heatMap && paintHeat(heatMap, picture.size);
  return paintPicture(picture, { heat }, legendRows(answer));
}

/** uint8 RGBA of this size: warm where the map is high, clear where it is low. */
function paintHeat({ size: from, values }: HeatMap, size: Size): Uint8Array {
  const peak = values.reduce((a, b) => Math.max(a, b), 1e-6);
  const heat = resizeBilinear(values, from, size);
  const pixels = new Uint8Array(heat.length * 4);
  heat.forEach((value, pixel) => {
    const warmth = Math.min(1, Math.max(0, value / peak));
    pixels.set(inferno(warmth), pixel * 4);
    pixels[pixel * 4 + 3] = Math.round(170 * warmth);
  });
  return pixels;
}

function inferno(share: number): number[] {
  const at = share * (INFERNO.length - 1);
  const below = INFERNO[Math.floor(at)]!;
  const above = INFERNO[Math.ceil(at)]!;
  return below.map((value, channel) => value + (above[channel]! - value) * (at % 1));
}

function legendRows({ scores, plausible, domain }: DrawnClasses): LegendRow[] {
  const ranked = scores.toSorted((a, b) => b.probability - a.probability);
  const bars = barRows(ranked.map((score, index) => ({ ...score, isStrong: index === 0 })));
  return [...warningRows(domain), ...bars, ...(plausible ? [plausibleRow(plausible)] : [])];
}

function plausibleRow({ labels, errorRate }: NonNullable<ClassificationAnswer['plausible']>): LegendRow {
  const named = labels.length === 0 ? 'no label fits' : `cannot be ruled out: ${labels.join(', ')}`;
  return noteRow(`At ${formatPercent(errorRate)} error, ${named}`);
}
