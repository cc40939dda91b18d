import { bitmapToRle, measureMask, rleBoundingBox, splitRle, type Rle, type Size, type Zoo } from '@medzoo/core';
import { compareMasks, type Overlap } from '../statistics/overlap.js';
import type { Assumption } from '../truth/assumption.js';
import type { Truth } from '../truth/read-truth.js';
import type { Target } from './choose-target.js';
import type { Row } from './data-set.js';
import { measureAs } from './measured-columns.js';
import { predictAs } from './predict.js';
import { readRowImage, readRowTruth } from './read-row.js';
import type { Scored } from './score-rows.js';

/** How well the found mask of a row meets its truth, compared at the image's own size. */
export interface MaskScore extends Scored, Overlap {
  /** What was assumed to read the row's mask. */
  readonly assumptions: readonly Assumption[];
  /** Found minus true measurement, by column of the index. */
  readonly differences: Readonly<Record<string, number>>;
}

/** Segments a row's image and compares. Undefined where the truth is to give a box and is empty. */
export async function scoreMask(zoo: Zoo, target: Target, row: Row): Promise<MaskScore | undefined> {
  const image = await readRowImage(row);
  const truth = await readRowTruth(row, image);
  const params = target.boxParam === undefined ? onlyTarget(target) : boxPrompt(target.boxParam, truth);
  if (params === undefined) return undefined;
  const { answer, provenance } = await predictAs('segmentation', zoo, target.head, image, params);
  const found = answer.masks.find(({ label }) => label === target.label);
  const mask = found?.rle ?? emptyMask(truth.rle.size);
  const { assumptions } = truth;
  return { row, provenance, assumptions, differences: compareMeasures(mask, row), ...compareMasks(mask, truth.rle) };
}

/** Of the mask's largest part: a true measurement is of one object, and a speck far from it would bend the ellipse. */
function compareMeasures(mask: Rle, { pixelSize, measures }: Row): Record<string, number> {
  if (pixelSize === undefined) return {};
  const measured = measureMask(splitRle(mask)[0] ?? mask, pixelSize);
  return Object.fromEntries(
    Object.entries(measures).map(([column, truth]) => [column, measureAs(column, measured) - truth]),
  );
}

/** Spares a head that can be told the targets that are not looked at. */
function onlyTarget({ head: { manifest }, label }: Target): Record<string, unknown> {
  const name = Object.keys(manifest.params).find((param) => manifest.params[param]!.type === 'labels');
  return name === undefined ? {} : { [name]: [label] };
}

function boxPrompt(param: string, { rle }: Truth): Record<string, unknown> | undefined {
  const box = rleBoundingBox(rle);
  return box === null ? undefined : { [param]: box };
}

function emptyMask(size: Size): Rle {
  return bitmapToRle(new Uint8Array(size.width * size.height), size);
}
