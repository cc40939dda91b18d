import type { PixelSize } from '@medzoo/core/contract';
import type { DataSet } from './parse-source.js';
import { isOrientation, type Plane, type Vector } from './plane.js';
import { readItem, readItems, readNumbers } from './read-values.js';

const SHARED_GROUPS = 'x52009229';
const FRAME_GROUPS = 'x52009230';
const POSITION = 'x00200032';
const ORIENTATION = 'x00200037';
const SPACING = 'x00280030';
const THICKNESS = 'x00180050';

/** The parts of a frame's geometry that the file has. */
export interface FoundGeometry {
  readonly position?: Vector;
  readonly orientation?: { readonly rowDirection: Vector; readonly columnDirection: Vector };
  readonly spacing?: PixelSize;
  readonly sliceThickness?: number;
}

/**
 * Each frame's geometry: of the file itself, or of the functional groups of an enhanced one. Several frames without
 * functional groups (ultrasound, nuclear medicine) have a spacing and no place, because the file's one position is not
 * that of every frame.
 */
export function readGeometry(dataSet: DataSet, frames: number): (frame: number) => FoundGeometry {
  const shared = readItem(dataSet, SHARED_GROUPS);
  const perFrame = readItems(dataSet, FRAME_GROUPS);
  if (!shared && perFrame.length === 0) {
    const { spacing, ...ofOne } = readParts([dataSet]);
    const only = { ...(spacing && { spacing }), ...(frames === 1 && ofOne) };
    return () => only;
  }
  const ofFrames = Array.from({ length: frames }, (_, frame) => {
    const groups = [perFrame[frame], shared].flatMap((group) => group ?? []);
    return readParts(
      groups.flatMap((group) =>
        ['x00209113', 'x00209116', 'x00289110'].flatMap((sequence) => readItem(group, sequence) ?? []),
      ),
    );
  });
  return (frame) => ofFrames[frame] ?? {};
}

/** The geometry as a whole; undefined where a part is missing. */
export function toPlane({ position, orientation, spacing, sliceThickness }: FoundGeometry): Plane | undefined {
  if (!position || !orientation || !spacing) return undefined;
  return { position, ...orientation, spacing, ...(sliceThickness !== undefined && { sliceThickness }) };
}

/** What is not there, by the standard's names. */
export function missingParts({ position, orientation, spacing }: FoundGeometry): string[] {
  return [
    ...(position ? [] : ['ImagePositionPatient']),
    ...(orientation ? [] : ['ImageOrientationPatient']),
    ...(spacing ? [] : ['PixelSpacing']),
  ];
}

/** Each part from the first of the data sets that has it. */
function readParts(dataSets: readonly DataSet[]): FoundGeometry {
  const find = (tag: string, count: number): readonly number[] | undefined => {
    const values = dataSets.map((dataSet) => readNumbers(dataSet, tag)).find((numbers) => numbers.length > 0);
    return values?.length === count && values.every(Number.isFinite) ? values : undefined;
  };
  const position = find(POSITION, 3);
  const cosines = find(ORIENTATION, 6);
  const spacing = find(SPACING, 2);
  const thickness = find(THICKNESS, 1)?.[0];
  const orientation = cosines && toOrientation(cosines);
  return {
    ...(position && { position: toVector(position) }),
    ...(orientation && { orientation }),
    // PixelSpacing is between rows (y), then between columns (x).
    ...(spacing?.every((length) => length > 0) && { spacing: { x: spacing[1]!, y: spacing[0]! } }),
    ...(thickness !== undefined && thickness > 0 && { sliceThickness: thickness }),
  };
}

function toOrientation(cosines: readonly number[]): FoundGeometry['orientation'] {
  const orientation = { rowDirection: toVector(cosines), columnDirection: toVector(cosines.slice(3)) };
  return isOrientation(orientation.rowDirection, orientation.columnDirection) ? orientation : undefined;
}

function toVector(values: readonly number[]): Vector {
  return [values[0]!, values[1]!, values[2]!];
}
