import {
  bitmapToRle,
  rleArea,
  rleBoundingBox,
  rleDice,
  splitRle,
  decodeRle,
  type Box,
  type Point,
  type Rle,
  type Size,
  type Zoo,
} from '@medzoo/core';
import type { ReadingOptions } from '../../files/reading-options.js';
import type { Truth } from '../../truth/read-truth.js';
import type { Target } from '../subject/choose-target.js';
import type { Row } from '../set/data-set.js';
import { predictAs } from './predict.js';
import { readRowImage, readRowTruth } from './read-row.js';
import type { Scored } from './score-rows.js';

/** Dice of one object by who found it: the head from a tight box and from one point, and two that need no model. */
export interface ObjectScore extends Scored {
  readonly box: number;
  readonly point: number;
  /** Inscribed in the box. */
  readonly ellipse: number;
  /** The box itself. */
  readonly rectangle: number;
}

/** Of one image, the largest first: a smear of 300 nuclei is no more than a few of them say. */
const MOST_OBJECTS = 6;
const LEAST_PIXELS = 24;

export interface ObjectsOfRow extends Scored, Pick<Truth, 'assumptions' | 'level'> {
  readonly objects: readonly ObjectScore[];
}

/** Gives a promptable head each separate object of a row's truth, one at a time. Undefined where the truth has none. */
export async function scoreObjects(
  zoo: Zoo,
  target: Target,
  row: Row,
  reading: ReadingOptions,
): Promise<ObjectsOfRow | undefined> {
  const image = await readRowImage(row);
  const { rle, assumptions, level } = await readRowTruth(row, image, reading);
  const parts = splitRle(rle)
    .slice(0, MOST_OBJECTS)
    .filter((part) => rleArea(part) >= LEAST_PIXELS);
  const objects: ObjectScore[] = [];
  for (const truth of parts) {
    const box = rleBoundingBox(truth)!;
    const byBox = await ask(zoo, target, image, { [target.boxParam!]: box });
    const point = target.pointsParam && {
      [target.pointsParam]: [findCentre(truth, box)],
    };
    const byPoint = point ? await ask(zoo, target, image, point) : undefined;
    objects.push({
      row,
      provenance: byBox.provenance,
      box: rleDice(byBox.mask, truth),
      point: byPoint ? rleDice(byPoint.mask, truth) : Number.NaN,
      ellipse: rleDice(drawEllipse(box, truth.size), truth),
      rectangle: rleDice(drawRectangle(box, truth.size), truth),
    });
  }
  return objects[0] && { row, provenance: objects[0].provenance, assumptions, level, objects };
}

async function ask(zoo: Zoo, { head }: Target, image: Uint8Array, params: Record<string, unknown>) {
  const { answer, provenance } = await predictAs('segmentation', zoo, head, image, params);
  return { mask: answer.masks[0]!.rle, provenance };
}

/**
 * The pixel of a mask that is farthest from what is not in it, so that the point lies on the object and not on its rim.
 */
export function findCentre(mask: Rle, box: Box): Point {
  const bitmap = decodeRle(mask);
  const { width, height } = mask.size;
  const isIn = (x: number, y: number): boolean =>
    x >= 0 && x < width && y >= 0 && y < height && bitmap[y * width + x] === 1;
  let pixels: Point[] = [];
  for (let y = box.y; y < box.y + box.height; y += 1)
    for (let x = box.x; x < box.x + box.width; x += 1) if (isIn(x, y)) pixels.push({ x, y });
  const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  // Peels the rim off until nothing would be left.
  for (let left = pixels; left.length > 0;) {
    pixels = left;
    const kept = new Set(left.map(({ x, y }) => y * width + x));
    const has = (x: number, y: number): boolean => x >= 0 && x < width && kept.has(y * width + x);
    left = left.filter(({ x, y }) => has(x - 1, y) && has(x + 1, y) && has(x, y - 1) && has(x, y + 1));
  }
  const away = ({ x, y }: Point): number => (x + 0.5 - middle.x) ** 2 + (y + 0.5 - middle.y) ** 2;
  const { x, y } = pixels.reduce((best, one) => (away(one) < away(best) ? one : best));
  return { x: x + 0.5, y: y + 0.5 };
}

/** The ellipse inscribed in a box: what a person who has the box has already. */
export function drawEllipse(box: Box, size: Size): Rle {
  const [cx, cy] = [box.x + box.width / 2, box.y + box.height / 2];
  return draw(size, (x, y) => ((x + 0.5 - cx) / (box.width / 2)) ** 2 + ((y + 0.5 - cy) / (box.height / 2)) ** 2 <= 1);
}

function drawRectangle(box: Box, size: Size): Rle {
  return draw(size, (x, y) => x >= box.x && x < box.x + box.width && y >= box.y && y < box.y + box.height);
}

function draw(size: Size, isIn: (x: number, y: number) => boolean): Rle {
  const bitmap = Uint8Array.from({ length: size.width * size.height }, (_, pixel) =>
    isIn(pixel % size.width, Math.floor(pixel / size.width)) ? 1 : 0,
  );
  return bitmapToRle(bitmap, size);
}
