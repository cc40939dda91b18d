import type { ImageFacts } from '@medzoo/core/contract';
import type { Plane } from './plane.js';

/**
 * Where an image that is no DICOM file, such as a slice of a NIfTI volume, lies in the patient by what it says of
 * itself: undefined where it does not say all of it in millimetres. Voxels fill their volume: a slice is as thick as
 * the next one is far.
 */
export function findPlane({
  geometry,
  spacing,
  grid,
}: Pick<ImageFacts, 'geometry' | 'spacing' | 'grid'>): Plane | undefined {
  if (!geometry || spacing?.unit !== 'mm') return undefined;
  const { position, orientation } = geometry;
  const { x, y, z } = spacing;
  return {
    ...{ position, rowDirection: orientation.row, columnDirection: orientation.column, spacing: { x, y } },
    ...(z !== undefined && { sliceThickness: z }),
    ...(grid && { grid }),
  };
}
