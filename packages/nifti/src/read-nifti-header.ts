import { NIFTI1, NIFTI2 } from 'nifti-reader-js';
import { keepRows, readAffine, readCodes } from './read-transform.js';
import { invalidImage, unsupported } from './refuse.js';
import { voxelType, type Vector, type Volume } from './volume.js';

const NIFTI1_BYTES = 348;
const NIFTI2_BYTES = 540;
/** xyzt_units, lower three bits. */
const METRES = 1;
const MICROMETRES = 3;

/** The version of a single-file NIfTI by its first bytes; undefined for anything else. */
export function niftiVersion(
  start: Uint8Array,
): { readonly version: 1 | 2; readonly littleEndian: boolean } | undefined {
  if (start.length < NIFTI1_BYTES) return undefined;
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength);
  for (const littleEndian of [true, false]) {
    const size = view.getInt32(0, littleEndian);
    if (size === NIFTI1_BYTES && textAt(start, 344) === 'n+1') return { version: 1, littleEndian };
    if (size === NIFTI2_BYTES && textAt(start, 4) === 'n+2') return { version: 2, littleEndian };
  }
  return undefined;
}

/** Whether this is the header of a pair of files (.hdr and .img), of which one came. */
export function isHeaderOfPair(start: Uint8Array): boolean {
  return textAt(start, 344) === 'ni1' || textAt(start, 4) === 'ni2';
}

function textAt(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 3));
}

/** nifti-reader-js reads the header alone: it would inflate and walk through extensions without a limit. */
export function readNiftiHeader(start: Uint8Array): Volume {
  const found = niftiVersion(start);
  if (!found) throw invalidImage('The header of this NIfTI file is damaged. Send it again.');
  const { version, littleEndian } = found;
  const length = version === 1 ? NIFTI1_BYTES : NIFTI2_BYTES;
  // The four bytes behind the header say whether extensions follow: none, for nifti-reader-js.
  const header = new Uint8Array(length + 4);
  header.set(start.subarray(0, length));
  const view = new DataView(header.buffer);
  const codes = readCodes(view, version, littleEndian);
  if (codes.sform > 0) keepRows(view, version, littleEndian);
  const read = version === 1 ? new NIFTI1() : new NIFTI2();
  read.readHeader(header.buffer);

  const type = voxelType(read.datatypeCode);
  if (typeof type === 'string') throw unsupported(`Voxels of ${type} are not read. Convert them to floats of 32 bits.`);
  const [count = 0, ...sizes] = read.dims;
  if (count < 1 || count > 7)
    throw invalidImage(`A NIfTI file has 1 to 7 dimensions; this one says ${count}. It is damaged.`);
  const dimensions = sizes.slice(0, count);
  if (dimensions.some((size) => !Number.isSafeInteger(size) || size < 1)) {
    throw invalidImage('Each dimension of a NIfTI file must be at least 1. The file is damaged.');
  }
  // 0 stands for the usual place. nibabel refuses the same.
  if (read.vox_offset !== 0 && !(Number.isFinite(read.vox_offset) && read.vox_offset >= length + 4)) {
    throw invalidImage(
      `The voxels of this NIfTI file begin at byte ${read.vox_offset}, by its header, which must be ${length + 4} or more. It is damaged.`,
    );
  }
  const [i = 1, j = 1, k = 1, ...more] = dimensions;
  const unit = read.xyzt_units & 7;
  const scale = unit === METRES ? 1000 : unit === MICROMETRES ? 0.001 : 1;
  const affine = readAffine(read, codes, scale);
  const sizesInFile = toVector(read.pixDims.slice(1, 4).map((value) => Math.abs(value) * scale || 1));
  return {
    format: 'nifti',
    version,
    littleEndian,
    size: [i, j, k],
    volumes: more.reduce((product, size) => product * size, 1),
    type,
    offset: Math.max(Math.ceil(read.vox_offset), length + 4),
    ...readScaling(read.scl_slope, read.scl_inter),
    display: read.cal_max > read.cal_min ? { low: read.cal_min, high: read.cal_max } : null,
    spacing: affine ? toVector(affine.steps.map((step) => Math.hypot(...step))) : sizesInFile,
    hasUnit: unit >= METRES && unit <= MICROMETRES,
    affine,
    sliceAxis: readSliceAxis(read.dim_info),
  };
}

/** A slope of 0 means "not scaled". */
function readScaling(slope: number, intercept: number): Pick<Volume, 'slope' | 'intercept'> {
  const isScaled = Number.isFinite(slope) && slope !== 0 && Number.isFinite(intercept);
  return isScaled ? { slope, intercept } : { slope: 1, intercept: 0 };
}

/** dim_info, bits 4 and 5: 1 to 3, or 0 for unknown. */
function readSliceAxis(dimInfo: number): 0 | 1 | 2 {
  const stated = (dimInfo >> 4) & 3;
  return stated === 1 ? 0 : stated === 2 ? 1 : 2;
}

export function toVector(values: readonly number[]): Vector {
  return [values[0]!, values[1]!, values[2]!];
}
