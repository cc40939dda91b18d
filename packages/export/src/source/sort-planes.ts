import { invalidParam } from '../refuse.js';
import { dot, isAligned, normalOf, subtract, type Plane } from './plane.js';

/** Distances between slices may differ by this share of them: scanners round positions. */
const UNEVEN = 0.01;
/** In mm: two slices closer than this lie at one place. */
const SAME_PLACE = 1e-3;

/** Sorts by position along the normal; throws INVALID_PARAM where orientation or spacing differ. Stable. */
export function sortByPosition<T extends { readonly plane: Plane }>(slices: readonly T[]): T[] {
  const [first] = slices;
  if (!first) return [];
  const normal = normalOf(first.plane);
  if (slices.some(({ plane }) => !isAligned(plane, first.plane))) {
    throw invalidParam(
      'The images differ in orientation or pixel spacing, so that they do not make one volume. Write one file for each orientation.',
    );
  }
  const distance = ({ plane }: T): number => dot(plane.position, normal);
  return [...slices].sort((a, b) => distance(a) - distance(b));
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

/** The distance between slices in order; throws INVALID_PARAM, with the reason, where they make no even grid. */
export function takeSliceDistance(slices: readonly { readonly plane: Plane }[]): number {
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
    `The distances between slices are uneven (${least.toFixed(3)} to ${most.toFixed(3)} mm): a slice is missing, or the series has a gap. ` +
      'A volume needs even distances; pass an unbroken part of the series.',
    { least, most },
  );
}
