import { rleToPolygons } from '@medzoo/core';
import type { Rle } from '@medzoo/core/contract';
import { decimalString } from '../dicom/format-values.js';
import { isSimpleEnough, toKeyhole } from '../outlines/keyhole.js';
import { invalidParam } from '../refuse.js';
import { toPatient, type Plane } from '../source/plane.js';
import { countOf } from '@medzoo/core/contract';

/** Outlines as ContourData: x, y and z of each point, LPS, in mm; one closed ring for each part of the mask. */
export function drawContours(rle: Rle, plane: Plane, tolerance: number): string[][] {
  // A thousandth of a pixel: more digits would only make the file longer.
  const digits = Math.min(Math.max(Math.ceil(3 - Math.log10(Math.min(plane.spacing.x, plane.spacing.y))), 3), 9);
  return rleToPolygons(rle, { tolerance }).map((polygon) => {
    if (!isSimpleEnough(polygon)) {
      throw invalidParam(
        `An outline has ${countOf(polygon.holes.length, 'hole')}, too many for contours. ` +
          'Pass a larger `tolerance` (in pixels), or write a SEG.',
      );
    }
    return toKeyhole(polygon).flatMap(({ x, y }) =>
      toPatient(plane, x, y).map((value) => decimalString(value, digits)),
    );
  });
}
