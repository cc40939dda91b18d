/** Endings of the formats that are read; files of DICOM often have none. */
const ENDING = /\.(nii\.gz|png|jpe?g|webp|tiff?|dcm|dicom|ima|nii|mgh|mgz)$/i;

/** Whether a file's name ends as those of images do. */
export function isNamedLikeImage(name: string): boolean {
  return ENDING.test(name);
}

/** The name without that ending. Names such as 1.2.840.1 have none. */
export function withoutEnding(name: string): string {
  return name.replace(ENDING, '');
}
