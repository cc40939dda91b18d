import { gzipSync } from 'node:zlib';
import { completeLimits, type Bytes } from '@medzoo/core/contract';
import { NIFTI_LIMITS, type NiftiLimits } from './limits.js';
import { inflate, isGzip, readHeader } from './open-volume.js';
import { isPlaced } from './read-mgh-header.js';

/** Free texts of a header, from and to: where programs put names, comments and paths. */
const TEXTS = {
  1: [
    [4, 38], // data_type, db_name, extents and session_error, which nobody uses
    [148, 252], // descrip, aux_file
    [328, 344], // intent_name
  ],
  2: [
    [240, 344],
    [508, 524],
    [525, 540], // unused_str
  ],
} as const satisfies Record<number, readonly (readonly [number, number])[]>;
/** What MGH leaves free between its last field and the voxels. */
const MGH_FREE = [90, 284] as const;
/** Spacing and directions, which are read only where the file says that they are there. */
const MGH_PLACE = [30, 90] as const;
/** Behind the header come extensions, which may hold a whole DICOM header. */
const EXTENSIONS_AT: Readonly<Record<number, number>> = { 1: 348, 2: 540 };

/**
 * The file without texts that may say who the patient is: voxels and geometry stay as they are, texts and extensions
 * become zeros, and what follows the last voxel is cut off. A face can be seen in a head's volume all the same. Throws
 * what `describe` throws.
 */
export function deidentifyNifti(bytes: Uint8Array, limits: Partial<NiftiLimits> = {}): Bytes {
  const kept = completeLimits(NIFTI_LIMITS, limits);
  const volume = readHeader(bytes, kept);
  const { size, volumes, type, offset, format, version } = volume;
  const end = offset + size[0] * size[1] * size[2] * volumes * type.bytes;
  const plain = Uint8Array.from(inflate(bytes, volume, kept).subarray(0, end));
  if (format === 'nifti') {
    for (const [from, to] of TEXTS[version === 2 ? 2 : 1]) plain.fill(0, from, to);
    plain.fill(0, EXTENSIONS_AT[version === 2 ? 2 : 1], offset);
  }
  if (format === 'mgh') {
    plain.fill(0, ...MGH_FREE);
    if (!isPlaced(plain)) plain.fill(0, ...MGH_PLACE);
  }
  return isGzip(bytes) ? gzipSync(plain, { level: 1 }) : plain;
}
