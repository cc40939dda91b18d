import { sniffFormat } from '@medzoo/core';
import { DECODERS } from '../reading/decoders.js';

/**
 * 'medical' are DICOM, NIfTI, MGH and the codecs that DICOM has in common with plain files, which may name a patient
 * and cost more to read than other images; 'unknown' is a file that is refused.
 */
export type FileKind = 'medical' | 'zip' | 'raster' | 'unknown';

/** Enough of a file's first bytes; a compressed NIfTI inflates as many of them as there are. */
export const SNIFFED_BYTES = 4096;

/** By the first bytes, never by a name. */
export function kindOfFile(start: Uint8Array): FileKind {
  if (DECODERS.some((decoder) => decoder.sniff(start) !== undefined)) return 'medical';
  const isZip = start[0] === 0x50 && start[1] === 0x4b && start[2] === 0x03 && start[3] === 0x04;
  if (isZip) return 'zip';
  try {
    sniffFormat(start);
    return 'raster';
  } catch {
    return 'unknown';
  }
}
