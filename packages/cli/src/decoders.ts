import type { ZooConfig } from '@medzoo/core';
import { dicom, rasterCodecs } from '@medzoo/dicom';
import { nifti } from '@medzoo/nifti';

/** Files are the user's own, and those of whole examinations are large. */
const MAX_BYTES = 512 * 2 ** 20;

/** The config with decoders for DICOM and NIfTI, and room for their files, unless it names its own. */
export function withDecoders<C extends Partial<ZooConfig>>(
  config: C,
): C & Required<Pick<ZooConfig, 'decoders' | 'limits'>> {
  const limits = { maxBytes: MAX_BYTES, ...config.limits };
  const { maxBytes, maxPixels } = limits;
  // Else a limit that the config raises would be the decoder's own all the same.
  const own = { limits: { maxBytes, ...(maxPixels !== undefined && { maxPixels }) } };
  // Nothing watches this process: a codec that hangs over a file, or takes all memory, is ended and the others go on.
  const bounded = { ...own, codecThread: {} };
  return { ...config, decoders: config.decoders ?? [dicom(bounded), nifti(own), rasterCodecs(bounded)], limits };
}
