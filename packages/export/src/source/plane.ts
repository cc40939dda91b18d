import type { PixelSize, VoxelGrid } from '@medzoo/core/contract';

/** Millimetres or a direction in the patient: to the left, to the back, to the head (LPS), as DICOM has it. */
export type Vector = readonly [x: number, y: number, z: number];

/** Where the pixels of one image lie in the patient. */
export interface Plane {
  /** Centre of the first pixel, LPS, in mm. */
  readonly position: Vector;
  /** Unit vector along a row: the column index grows this way. */
  readonly rowDirection: Vector;
  /** Unit vector down a column: the row index grows this way. */
  readonly columnDirection: Vector;
  /** mm between the centres of neighbours: `x` between columns, `y` between rows. */
  readonly spacing: PixelSize;
  /** In mm, as the file says it; of a volume the length of a voxel. Never the distance between positions. */
  readonly sliceThickness?: number;
  /** How the image lies in the voxels of its file, which masks of a volume are written for. */
  readonly grid?: VoxelGrid;
}

export function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

export function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

export function subtract(a: Vector, b: Vector): Vector {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
}

export function normalOf({ rowDirection, columnDirection }: Plane): Vector {
  return cross(rowDirection, columnDirection);
}

/** A point of the image (0,0 is its corner, pixel centres lie at .5) in the patient, LPS, in mm. */
export function toPatient(plane: Plane, x: number, y: number): Vector {
  const across = (x - 0.5) * plane.spacing.x;
  const down = (y - 0.5) * plane.spacing.y;
  const at = (axis: 0 | 1 | 2): number =>
    plane.position[axis] + plane.rowDirection[axis] * across + plane.columnDirection[axis] * down;
  return [at(0), at(1), at(2)];
}

/** Whether these are two perpendicular unit vectors, to a thousandth: files round them. */
export function isOrientation(rowDirection: Vector, columnDirection: Vector): boolean {
  const isUnit = (vector: Vector): boolean => Math.abs(Math.sqrt(dot(vector, vector)) - 1) < 1e-3;
  return isUnit(rowDirection) && isUnit(columnDirection) && Math.abs(dot(rowDirection, columnDirection)) < 1e-3;
}

/** Whether two planes have the same directions and spacing, to what files round. */
export function isAligned(a: Plane, b: Plane): boolean {
  const isNear = (one: number, other: number): boolean => Math.abs(one - other) < 1e-4 * Math.max(1, Math.abs(one));
  const areNear = (one: Vector, other: Vector): boolean => one.every((value, axis) => isNear(value, other[axis]!));
  return (
    areNear(a.rowDirection, b.rowDirection) &&
    areNear(a.columnDirection, b.columnDirection) &&
    isNear(a.spacing.x, b.spacing.x) &&
    isNear(a.spacing.y, b.spacing.y)
  );
}
