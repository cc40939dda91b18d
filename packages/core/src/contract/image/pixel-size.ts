import { ZooError } from '../errors/errors.js';
import type { PixelSpacing } from './image-facts.js';
import { readGiven } from '../params/read-given.js';
import { showValue } from '../text/show-value.js';
import type { Box, Point } from '../backend/tensor.js';

/**
 * How much of a body one pixel of an image covers, in mm: along a row (x) and down a column (y), as a person sees the
 * image.
 */
export interface PixelSize {
  readonly x: number;
  readonly y: number;
}

/** Gives back what is a pixel size; throws INVALID_PARAM for anything else, which may be JSON from anywhere. */
export function checkPixelSize(given: unknown): PixelSize {
  const { x, y } = readGiven('The pixel size', () => readLengths(given));
  if (isLength(x) && isLength(y)) return { x, y };
  throw new ZooError(
    'INVALID_PARAM',
    `The pixel size must be { x, y } in mm per pixel, both finite and above 0; got ${show(x)} and ${show(y)}.`,
  );
}

function readLengths(given: unknown): { readonly x: unknown; readonly y: unknown } {
  const { x, y } = (given ?? {}) as Partial<Record<keyof PixelSize, unknown>>;
  return { x, y };
}

function isLength(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0;
}

function show(value: unknown): string {
  return value === undefined ? 'nothing' : showValue(value);
}

/**
 * The millimetres per pixel at one place of an image, by what its file says of its spacing: undefined where it says
 * nothing, speaks of the detector's and not the patient's millimetres, or, as in ultrasound, only of regions of the
 * frame and `place`, a box or a point, is not within one of them.
 */
export function findPixelSize(spacing: PixelSpacing | null, place?: Box | Point | null): PixelSize | undefined {
  if (spacing?.unit !== 'mm') return undefined;
  const { x, y, regions } = spacing;
  if (!regions || !place) return { x, y };
  const box = { width: 0, height: 0, ...place };
  const isWithin = regions.some(
    ({ left, top, right, bottom }) =>
      box.x >= left && box.y >= top && box.x + box.width <= right + 1 && box.y + box.height <= bottom + 1,
  );
  return isWithin ? { x, y } : undefined;
}
