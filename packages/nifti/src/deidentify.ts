import { gzipSync } from 'node:zlib';
import { completeLimits, type Bytes } from '@medzoo/core/contract';
import { NIFTI_LIMITS, type NiftiLimits } from './limits.js';
import { inflate, isGzip, readHeader } from './open-volume.js';
import { isPlaced } from './read-mgh-header.js';
import { readCodes } from './read-transform.js';
import type { Volume } from './volume.js';

/** What is left of a header, and of which version: what the voxels, their place and their look are read from. */
interface Layout {
  /** From and to. */
  readonly kept: readonly (readonly [number, number])[];
  /** `dim` and `pixdim`, each of eight numbers, of which those are read that `dim[0]` counts, and three lengths. */
  readonly dims: readonly [at: number, size: number];
  readonly lengths: readonly [at: number, size: number];
  /** Read only where their code says that they are there. */
  readonly quaternion: readonly [number, number];
  readonly rows: readonly [number, number];
}

const LAYOUTS = {
  1: {
    // sizeof_hdr, dim_info, intent_code to bitpix, vox_offset to scl_inter, xyzt_units to cal_min, both codes, magic
    kept: [[0, 4], [39, 40], [68, 74], [108, 120], [123, 132], [252, 256], [344, 348]],
    dims: [40, 2],
    lengths: [76, 4],
    quaternion: [256, 280],
    rows: [280, 328],
  },
  2: {
    // sizeof_hdr to bitpix, vox_offset to cal_min, both codes, xyzt_units and intent_code, dim_info
    kept: [[0, 16], [168, 208], [344, 352], [500, 508], [524, 525]],
    dims: [16, 8],
    lengths: [104, 8],
    quaternion: [352, 400],
    rows: [400, 496],
  },
} as const satisfies Record<number, Layout>; // prettier-ignore
/** What MGH leaves free between its last field and the voxels. */
const MGH_FREE = [90, 284] as const;
/** Spacing and directions, which are read only where the file says that they are there. */
const MGH_PLACE = [30, 90] as const;

/**
 * The file without texts that may say who the patient is: voxels and geometry stay as they are; texts, extensions and
 * fields that neither is read from, such as times, become zeros, and what follows the last voxel is cut off. A face can
 * be seen in a head's volume all the same. Throws what `describe` throws.
 */
export function deidentifyNifti(bytes: Uint8Array, limits: Partial<NiftiLimits> = {}): Bytes {
  const kept = completeLimits(NIFTI_LIMITS, limits);
  const volume = readHeader(bytes, kept);
  const { size, volumes, type, offset, format, version } = volume;
  const end = offset + size[0] * size[1] * size[2] * volumes * type.bytes;
  const plain = Uint8Array.from(inflate(bytes, volume, kept).subarray(0, end));
  if (format === 'nifti') clearNifti(plain.subarray(0, offset), version === 2 ? 2 : 1, volume);
  if (format === 'mgh') {
    plain.fill(0, ...MGH_FREE);
    if (!isPlaced(plain)) plain.fill(0, ...MGH_PLACE);
  }
  return isGzip(bytes) ? gzipSync(plain, { level: 1 }) : plain;
}

/** Clears a header and its extensions, but for what is read. Of Analyze, `rows` may still have an id and dates. */
function clearNifti(header: Uint8Array, version: 1 | 2, { littleEndian }: Volume): void {
  const { kept, dims, lengths, quaternion, rows }: Layout = LAYOUTS[version];
  const before = Uint8Array.from(header);
  const view = new DataView(before.buffer);
  const count = version === 1 ? view.getInt16(dims[0], littleEndian) : Number(view.getBigInt64(dims[0], littleEndian));
  const { qform, sform } = readCodes(view, version, littleEndian);
  const counted = [
    [dims[0], dims[0] + (1 + count) * dims[1]],
    [lengths[0], lengths[0] + (1 + Math.max(3, count)) * lengths[1]],
  ] as const;
  header.fill(0);
  for (const [from, to] of [...kept, ...counted, ...(qform > 0 ? [quaternion] : []), ...(sform > 0 ? [rows] : [])]) {
    header.set(before.subarray(from, to), from);
  }
}
