import { invalidParam } from '../refuse.js';
import { dot, isAligned, normalOf, subtract, type Plane, type Vector } from './plane.js';

/** Distances between slices may differ by this share of them: scanners round positions. */
const UNEVEN = 0.01;
/** Slices may lie this part of a pixel beside the line of the others. */
const BESIDE = 0.5;
/** In mm: two slices closer than this lie at one place. */
const SAME_PLACE = 1e-3;

/** Sorts by position along the normal; throws INVALID_PARAM where orientation or spacing differ. Stable. */
export function sortByPosition<T extends { readonly plane: Plane }>(slices: readonly T[]): T[] {
  const [first] = slices;
  if (!first) return [];
  const normal = normalOf(first.plane);
  if (slices.some(({ plane }) => !isAligned(plane, first.plane))) {
    throw invalidParam(
      'The images differ in orientation or pixel spacing, so that they do not make one volume. Write one file for ' +
        'each orientation.',
    );
  }
  const distance = ({ plane }: T): number => dot(plane.position, normal);
  return [...slices].sort((a, b) => distance(a) - distance(b));
}

/**
 * Whether images at these places make a volume that `writeNifti` can write: throws INVALID_PARAM, with the reason that
 * `writeNifti` has, where orientation or spacing differ, or where they make no even grid. Ask before the heads run.
 */
export function checkVolume(planes: readonly Plane[]): void {
  const sorted = sortByPosition(planes.map((plane) => ({ plane })));
  if (sorted.length > 1) takeStep(sorted);
}

/** Distances from one slice to the next along the normal, in mm, of slices in order. */
export function distancesBetween(slices: readonly { readonly plane: Plane }[]): number[] {
  return slices.slice(1).map(({ plane }, index) => {
    const before = slices[index]!.plane;
    return dot(subtract(plane.position, before.position), normalOf(before));
  });
}

/** The one distance between slices in order, or undefined where it differs, is 0, or there is only one slice. */
export function findSliceDistance(slices: readonly { readonly plane: Plane }[]): number | undefined {
  const distances = distancesBetween(slices);
  if (distances.length === 0) return undefined;
  const mean = distances.reduce((sum, distance) => sum + distance, 0) / distances.length;
  const isEven = distances.every((distance) => Math.abs(distance - mean) <= UNEVEN * mean);
  return isEven && mean > SAME_PLACE ? mean : undefined;
}

/**
 * From one slice to the next, LPS, in mm, of at least two slices in order. Of the positions themselves and not along
 * the normal: a tilted gantry shears the volume. Throws INVALID_PARAM, with the reason, where they make no even grid.
 */
export function takeStep(slices: readonly { readonly plane: Plane }[]): Vector {
  takeSliceDistance(slices);
  const [first, last] = [slices[0]!.plane, slices.at(-1)!.plane];
  const along = subtract(last.position, first.position);
  const steps = slices.length - 1;
  const step: Vector = [along[0] / steps, along[1] / steps, along[2] / steps];
  const most = Math.max(BESIDE * Math.min(first.spacing.x, first.spacing.y), UNEVEN * Math.hypot(...step));
  const beside = slices.map(({ plane }, index) => distanceBeside(plane, first, step, index));
  const at = beside.findIndex((distance) => distance > most);
  if (at < 0) return step;
  throw invalidParam(
    `Image ${at + 1} by position lies ${beside[at]!.toFixed(3)} mm beside the line on which the first and the last ` +
      'one lie: slices that are shifted against one another make no volume. Pass a part of the series that is in line.',
    { at, distance: beside[at]! },
  );
}

/** How far a slice lies, within its own plane, from where even steps would place it, in mm. */
function distanceBeside(plane: Plane, first: Plane, step: Vector, index: number): number {
  const way = subtract(plane.position, first.position);
  const off: Vector = [way[0] - index * step[0], way[1] - index * step[1], way[2] - index * step[2]];
  return Math.hypot(dot(off, first.rowDirection), dot(off, first.columnDirection));
}

/** The distance between slices in order; throws INVALID_PARAM, with the reason, where they make no even grid. */
function takeSliceDistance(slices: readonly { readonly plane: Plane }[]): number {
  const distances = distancesBetween(slices);
  const at = distances.findIndex((distance) => distance <= SAME_PLACE);
  if (at >= 0)
    throw invalidParam(
      `Two images (${at + 1} and ${at + 2} by position) lie at the same place: a volume has one of them.`,
    );
  const distance = findSliceDistance(slices);
  if (distance !== undefined) return distance;
  const [least, most] = [Math.min(...distances), Math.max(...distances)];
  throw invalidParam(
    `The distances between slices are uneven (${least.toFixed(3)} to ${most.toFixed(3)} mm): a slice is missing, or ` +
      'the series has a gap. A volume needs even distances; pass an unbroken part of the series.',
    { least, most },
  );
}
