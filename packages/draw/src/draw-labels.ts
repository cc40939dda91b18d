import type { Bytes, MultilabelAnswer, Raster } from '@medzoo/core';
import { barRows, warningRows } from './legend-rows.js';
import { createPicture, noteRow, paintPicture } from './picture.js';

/** A PNG for a person: the image, and a bar for each label with its threshold, those bright that reach it. */
export async function drawLabels(
  source: Uint8Array | Raster,
  { labels, scores, domain }: Pick<MultilabelAnswer, 'labels' | 'scores' | 'domain'>,
): Promise<Bytes> {
  const bars = barRows(scores.map((score) => ({ ...score, isStrong: labels.includes(score.label) })));
  const note = noteRow(
    `Each label by itself, from its mark on. ${labels.length === 0 ? 'None' : labels.length} of ` +
      `${scores.length} reached`,
  );
  return paintPicture(await createPicture(source), {}, [...warningRows(domain), ...bars, note]);
}
