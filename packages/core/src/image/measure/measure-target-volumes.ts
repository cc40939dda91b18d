import type { ImageMask } from '../../contract/index.js';
import { measureVolume, type VoxelSpacing } from './measure-volume.js';

/** A target's volume over the slices of a stack, or why there is none. */
export interface TargetVolume {
  readonly label: string;
  /** In how many of the slices the target was found. */
  readonly foundIn: number;
  readonly slices: number;
  readonly volumeMm3: number | null;
  /** Why there is no volume. */
  readonly reason?: string;
}

/** Whether slices make a volume, as `orderSeries` of @medzoo/dicom says it. */
export type StackGeometry =
  | { readonly ok: true; readonly volume: { readonly spacing: VoxelSpacing } }
  | { readonly ok: false; readonly reason: string };

/**
 * The volume of each target over the slices of one stack, in their order: what one head answered about each slice,
 * undefined for a slice that has no answer. Where a slice is missing or the geometry does not hold, the volume is null
 * and the reason says why.
 */
export function measureTargetVolumes(
  slices: readonly (readonly ImageMask[] | undefined)[],
  geometry: StackGeometry,
): TargetVolume[] {
  const count = slices.length;
  const labels = new Set(slices.flatMap((masks) => masks?.map(({ label }) => label) ?? []));
  return [...labels].map((label): TargetVolume => {
    const masks = slices.flatMap((all) => findMask(all, label) ?? []);
    const found = { label, foundIn: masks.filter(({ area }) => area > 0).length, slices: count };
    const lost = count - masks.length;
    if (lost > 0) return { ...found, volumeMm3: null, reason: sayLost(lost, count, countRefused(slices, label)) };
    if (masks.every(isNotFoundAbroad)) return { ...found, volumeMm3: null, reason: OF_ANOTHER_KIND };
    if (!geometry.ok) return { ...found, volumeMm3: null, reason: geometry.reason };
    if (count < 2) return { ...found, volumeMm3: null, reason: 'One slice alone has no thickness that was measured.' };
    const volumeMm3 = measureVolume(
      masks.map(({ rle }) => rle),
      geometry.volume.spacing,
    );
    return { ...found, volumeMm3 };
  });
}

const OF_ANOTHER_KIND = 'Not found, and every slice is of another kind of image than the target was trained on.';

/** On an image of another kind, a target that is not found may be there all the same: that is no volume of 0. */
function isNotFoundAbroad({ area, domain }: ImageMask): boolean {
  return area === 0 && domain?.inDomain === false;
}

function countRefused(slices: readonly (readonly ImageMask[] | undefined)[], label: string): number {
  const isRefused = (mask: ImageMask): boolean => mask.label === label && mask.absentBecause === 'domain';
  return slices.filter((masks) => masks?.some(isRefused)).length;
}

function sayLost(lost: number, count: number, refused: number): string {
  const why = ` (${refused} of another kind of image than the target was trained on)`;
  return `No answer on ${lost} of ${count} slices${refused > 0 ? why : ''}.`;
}

/** A slice that was not looked at, as it is of another kind, is no slice without the target. */
function findMask(masks: readonly ImageMask[] | undefined, label: string): ImageMask | undefined {
  return masks?.find((mask) => mask.label === label && mask.absentBecause !== 'domain');
}
