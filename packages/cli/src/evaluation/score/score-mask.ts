import {
  bitmapToRle,
  measureMask,
  rleBoundingBox,
  splitRle,
  type OutOfDomain,
  type Rle,
  type Size,
  type Zoo,
} from '@medzoo/core';
import type { ReadingOptions } from '../../files/reading-options.js';
import { compareMasks, type Overlap } from '../../statistics/overlap.js';
import type { Truth } from '../../truth/read-truth.js';
import { keepImage, type ChangeImage } from './change-image.js';
import type { Target } from '../subject/choose-target.js';
import type { Row } from '../set/data-set.js';
import { measureAs } from '../set/measured-columns.js';
import { predictAs } from './predict.js';
import { readRowImage, readRowTruth } from './read-row.js';
import type { Scored } from './score-rows.js';

/** How well the found mask of a row meets its truth, compared at the image's own size. */
export interface MaskScore extends Scored, Overlap, Pick<Truth, 'assumptions' | 'level'> {
  /** Found minus true measurement, by column of the index. */
  readonly differences: Readonly<Record<string, number>>;
  /** Whether the image is out of the target's domain: its mask is empty then, unless the head is asked to warn. */
  readonly isRefused: boolean;
}

export interface ScoreMaskOptions {
  readonly outOfDomain: OutOfDomain;
  readonly reading: ReadingOptions;
  /** Made to the image first, and to its truth. */
  readonly change?: ChangeImage;
}

/** Segments a row's image and compares. Undefined where the truth is to give a box and is empty. */
export async function scoreMask(
  zoo: Zoo,
  target: Target,
  row: Row,
  { outOfDomain, reading, change = keepImage }: ScoreMaskOptions,
): Promise<MaskScore | undefined> {
  const file = await readRowImage(row);
  const { rle: asListed, assumptions, level } = await readRowTruth(row, file, reading, target.maskValue);
  const { image, moveMask } = await change(file);
  const truth = moveMask(asListed);
  const params = target.boxParam === undefined ? onlyTarget(target) : boxPrompt(target.boxParam, truth);
  if (params === undefined) return undefined;
  const { answer, provenance } = await predictAs('segmentation', zoo, target.head, image, params, outOfDomain);
  const found = answer.masks.find(({ label }) => label === target.label);
  const mask = found?.rle ?? emptyMask(truth.size);
  return {
    ...{ row, provenance, assumptions, level, differences: compareMeasures(mask, row), ...compareMasks(mask, truth) },
    isRefused: found?.domain?.inDomain === false,
  };
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

function boxPrompt(param: string, truth: Rle): Record<string, unknown> | undefined {
  const box = rleBoundingBox(truth);
  return box === null ? undefined : { [param]: box };
}

function emptyMask(size: Size): Rle {
  return bitmapToRle(new Uint8Array(size.width * size.height), size);
}
