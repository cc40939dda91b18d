import type { Vector } from '../source/plane.js';

/** What a NIfTI-1 header says of a mask: uint8, one volume. */
export interface NiftiHeader {
  /** Columns, rows, slices. */
  readonly shape: Vector;
  /** mm between neighbours along each of them. */
  readonly spacing: Vector;
  /** The first three rows of the affine from indices to RAS millimetres. */
  readonly affine: readonly [Affine, Affine, Affine];
  /** At most 79 bytes. */
  readonly description: string;
}

export type Affine = readonly [number, number, number, number];

const HEADER_BYTES = 348;
/** The header and an empty extension flag: where the voxels of a single file begin. */
export const VOXEL_OFFSET = 352;
const UINT8 = 2;
const MILLIMETRES = 2;
/** NIFTI_INTENT_LABEL: voxels are indices of labels. */
const LABELS = 1002;
/** NIFTI_XFORM_SCANNER_ANAT. */
const SCANNER = 1;

/**
 * The header of a NIfTI-1 single file, little endian (nifti1.h); the quaternion is left out, since the affine says all.
 */
export function writeHeader({ shape, spacing, affine, description }: NiftiHeader): Uint8Array {
  const header = new DataView(new ArrayBuffer(VOXEL_OFFSET));
  header.setInt32(0, HEADER_BYTES, true);
  header.setUint8(38, 'r'.charCodeAt(0));
  [3, ...shape, 1, 1, 1, 1].forEach((length, index) => header.setInt16(40 + 2 * index, length, true));
  header.setInt16(68, LABELS, true);
  header.setInt16(70, UINT8, true);
  header.setInt16(72, 8, true);
  [1, ...spacing, 1, 1, 1, 1].forEach((length, index) => header.setFloat32(76 + 4 * index, length, true));
  header.setFloat32(108, VOXEL_OFFSET, true);
  header.setFloat32(112, 1, true);
  header.setUint8(123, MILLIMETRES);
  const bytes = new Uint8Array(header.buffer);
  bytes.set(Buffer.from(description, 'latin1').subarray(0, 79), 148);
  header.setInt16(254, SCANNER, true);
  affine.flat().forEach((value, index) => header.setFloat32(280 + 4 * index, value, true));
  bytes.set(Buffer.from('n+1\0', 'latin1'), 344);
  return bytes;
}
