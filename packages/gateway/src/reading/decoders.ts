import { dicom, rasterCodecs } from '@medzoo/dicom';
import { nifti } from '@medzoo/nifti';

/** What the gateway reads beside raster files. */
export const DECODERS = [dicom(), nifti(), rasterCodecs()] as const;
