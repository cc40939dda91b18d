import type { DataSet } from '../parse/data-set.js';
import { readVector } from '../parse/read-values.js';
import { findScopes, MACROS, readScoped } from './functional-groups.js';
import type { ImageHeader } from './image-header.js';

/** Three coordinates in the patient's system: millimetres to the left, to the back, to the head (LPS). */
export type Vector = readonly [number, number, number];

/** Where a frame lies in the patient. */
export interface FrameGeometry {
  /** Centre of the first pixel (ImagePositionPatient). */
  readonly position: Vector;
  /**
   * Directions in which columns grow along a row, and rows grow along a column (ImageOrientationPatient); unit vectors.
   */
  readonly orientation: { readonly row: Vector; readonly column: Vector };
}

/** Null where the file does not say, or says what cannot be: directions that are not at right angles. */
export function describeGeometry(dataSet: DataSet, frame: number, header: ImageHeader): FrameGeometry | null {
  const position = readScoped(findScopes(dataSet, frame, MACROS.planePosition), (scope) =>
    readVector(scope, 'x00200032', 3),
  );
  const directions = readScoped(findScopes(dataSet, frame, MACROS.planeOrientation), (scope) =>
    readVector(scope, 'x00200037', 6),
  );
  if (!position || !directions) return null;
  const row = normalise(directions.slice(0, 3));
  const column = normalise(directions.slice(3, 6));
  if (!row || !column || Math.abs(dot(row, column)) > 1e-3) return null;
  const origin = toVector(position);
  const offset =
    header.kind === 'RT dose' ? doseOffset(dataSet, frame) : header.frames > 1 ? frameOffset(dataSet, frame) : 0;
  if (offset === undefined) return null;
  const normal = cross(row, column);
  const moved = toVector(origin.map((value, axis) => value + offset * normal[axis]!));
  return { position: moved, orientation: { row, column } };
}

/**
 * GridFrameOffsetVector: offsets from the first plane, or (rarely) patient coordinates that begin with the first
 * plane's.
 */
function doseOffset(dataSet: DataSet, frame: number): number | undefined {
  const offsets = readVector(dataSet, 'x3004000c', frame + 1);
  return offsets === undefined ? (frame === 0 ? 0 : undefined) : offsets[frame]! - offsets[0]!;
}

/**
 * A multi-frame file without positions of its own for each frame says where the first one lies and nothing of the
 * others.
 */
function frameOffset(dataSet: DataSet, frame: number): number | undefined {
  const hasOwn = findScopes(dataSet, frame, MACROS.planePosition).some((scope) => scope !== dataSet);
  return hasOwn || frame === 0 ? 0 : undefined;
}

function normalise(values: readonly number[]): Vector | undefined {
  const length = Math.hypot(...values);
  return length > 0.9 && length < 1.1 ? toVector(values.map((value) => value / length)) : undefined;
}

export function toVector(values: readonly number[]): Vector {
  return [values[0]!, values[1]!, values[2]!];
}

export function dot(one: Vector, other: Vector): number {
  return one[0] * other[0] + one[1] * other[1] + one[2] * other[2];
}

export function cross([a, b, c]: Vector, [x, y, z]: Vector): Vector {
  return [b * z - c * y, c * x - a * z, a * y - b * x];
}
