import type { ImageFormat } from '@medzoo/core';

const WITH_EXIF: readonly string[] = ['png', 'jpeg', 'webp', 'tiff'] satisfies ImageFormat[];
const RASTERS: readonly string[] = [...WITH_EXIF, ...(['bmp', 'pgm', 'ppm'] satisfies ImageFormat[])];

/** Whether files of a format may say which way up they are; BMP, PGM and PPM cannot. */
export function mayHaveExif(format: string): boolean {
  return WITH_EXIF.includes(format);
}

/** Whether a format is one of pictures, and none of a medical device. */
export function isRaster(format: string | undefined): boolean {
  return format !== undefined && RASTERS.includes(format);
}

/** Endings of the formats that are read; files of DICOM often have none. */
const ENDING = /\.(nii\.gz|png|jpe?g|webp|tiff?|bmp|pgm|ppm|dcm|dicom|ima|nii|mgh|mgz)$/i;

/** Further endings of images, some of which are read and some not. */
const OTHER_ENDING = /\.(jp2|j2k|jpx|j2c|jpf|jxl|jls|heic|heif|avif|gif|pbm|pnm|pam|nrrd|mha)$/i;

/** Whether a file's name ends as those of images do, also of formats that are not read. */
export function claimsToBeImage(name: string): boolean {
  return isNamedLikeImage(name) || OTHER_ENDING.test(name);
}

/** Whether a file's name ends as those of images do. */
export function isNamedLikeImage(name: string): boolean {
  return ENDING.test(name);
}

/** The name without that ending. Names such as 1.2.840.1 have none. */
export function withoutEnding(name: string): string {
  return name.replace(ENDING, '');
}
