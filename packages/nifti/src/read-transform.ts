import type { NIFTI1, NIFTI2 } from 'nifti-reader-js';
import type { Vector, Volume } from './volume.js';

/** Where qform_code and sform_code stand, and their bytes. */
const FIELDS = {
  1: { qform: 252, sform: 254, size: 2 },
  2: { qform: 344, sform: 348, size: 4 },
} as const;
/** Of a quaternion's first number, which is not stored: what is less is rounding, and stands for 0. */
const SMALLEST = 1e-7;

/** Where the volume lies is told by a quaternion and by rows of a matrix; each one is there if its code is above 0. */
export function readCodes(
  header: DataView,
  version: 1 | 2,
  littleEndian: boolean,
): { readonly qform: number; readonly sform: number } {
  const { qform, sform, size } = FIELDS[version];
  const read = (at: number): number =>
    size === 2 ? header.getInt16(at, littleEndian) : header.getInt32(at, littleEndian);
  return { qform: read(qform), sform: read(sform) };
}

/**
 * Sets qform_code to 0 in place, so that nifti-reader-js reads the matrix of the file: where that code is the larger
 * one, it makes a matrix of the quaternion instead.
 */
export function keepRows(header: DataView, version: 1 | 2, littleEndian: boolean): void {
  const { qform, size } = FIELDS[version];
  if (size === 2) header.setInt16(qform, 0, littleEndian);
  else header.setInt32(qform, 0, littleEndian);
}

type Header = Pick<
  NIFTI1 | NIFTI2,
  'affine' | 'pixDims' | 'quatern_b' | 'quatern_c' | 'quatern_d' | 'qoffset_x' | 'qoffset_y' | 'qoffset_z'
>;

/**
 * The standard prefers the matrix where there is one. nifti-reader-js reads no quaternion of NIfTI-2. Null for one with
 * a negative length, too, which the standard forbids: of it nibabel makes a positive one and ITK mirrors the volume, so
 * that nobody can tell left from right.
 */
export function readAffine(
  header: Header,
  { qform, sform }: { readonly qform: number; readonly sform: number },
  scale: number,
): Volume['affine'] {
  if (qform < 1 && sform < 1) return null;
  if (sform < 1 && header.pixDims.slice(1, 4).some((length) => length < 0)) return null;
  const rows = (sform > 0 ? header.affine.slice(0, 3) : rowsOfQuaternion(header)).map((row) =>
    row.map((value) => value * scale),
  );
  const column = (index: number): Vector => [rows[0]![index]!, rows[1]![index]!, rows[2]![index]!];
  const steps = [column(0), column(1), column(2)] as const;
  const isUsable = rows.flat().every(Number.isFinite) && steps.every((step) => Math.hypot(...step) > 0);
  return isUsable ? { steps, origin: column(3) } : null;
}

/** METHOD 2 of nifti1.h: a rotation, the voxels' lengths, and a mirrored third axis where pixdim[0] is below 0. */
function rowsOfQuaternion(header: Header): readonly (readonly number[])[] {
  const [sign = 1, x = 1, y = 1, z = 1] = header.pixDims;
  const [a, b, c, d] = completeQuaternion([header.quatern_b, header.quatern_c, header.quatern_d]);
  const k = sign < 0 ? -z : z;
  return [
    [(a * a + b * b - c * c - d * d) * x, 2 * (b * c - a * d) * y, 2 * (b * d + a * c) * k, header.qoffset_x],
    [2 * (b * c + a * d) * x, (a * a + c * c - b * b - d * d) * y, 2 * (c * d - a * b) * k, header.qoffset_y],
    [2 * (b * d - a * c) * x, 2 * (c * d + a * b) * y, (a * a + d * d - b * b - c * c) * k, header.qoffset_z],
  ];
}

/** Of length 1 by a first number that is not stored; rounding makes the others longer than that by a little. */
function completeQuaternion(others: Vector): readonly [number, number, number, number] {
  const length = Math.hypot(...others);
  const first = 1 - length * length;
  if (first >= SMALLEST) return [Math.sqrt(first), ...others];
  return [0, others[0] / length, others[1] / length, others[2] / length];
}
