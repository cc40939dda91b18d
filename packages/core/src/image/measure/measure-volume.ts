import { ZooError, type Rle } from '../../contract/index.js';
import { rleArea } from '../masks/rle.js';

/** Millimetres between the centres of neighbouring columns, rows and slices. */
export interface VoxelSpacing {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

/**
 * The volume of a target in mm³ over the parallel, evenly spaced slices of a series, one mask for each slice: its
 * pixels times a voxel. Whether slices are such is for the caller to check, as `orderSeries` of @medzoo/dicom does.
 * Throws INVALID_PARAM for a spacing that is none.
 */
export function measureVolume(masks: readonly Rle[], { x, y, z }: VoxelSpacing): number {
  const isSpacing = [x, y, z].every((length) => Number.isFinite(length) && length > 0);
  if (!isSpacing) {
    throw new ZooError(
      'INVALID_PARAM',
      `The spacing of voxels must be x, y and z in mm above 0; got ${x}, ${y}, ${z}.`,
    );
  }
  return masks.reduce((sum, rle) => sum + rleArea(rle), 0) * x * y * z;
}
