import type { StoredImage } from '../images/stored-image.js';

/** One picture of a series: a file of one, or a frame of a file that has several. */
export interface SeriesFrame {
  readonly image: StoredImage;
  readonly frame: number;
}

/** Pictures that belong together, in the order in which they lie: the files of a series, or the frames of a file. */
export interface StoredSeries {
  /** Of the list of its images, or of the one file. */
  readonly id: string;
  readonly frames: readonly SeriesFrame[];
}

/** Formats whose frames lie in one another's order; pages of a TIFF may be thumbnails of each other. */
const OF_FRAMES: readonly string[] = ['dicom', 'nifti', 'mgh'];

/** The frames of a file that has several; undefined for a file of one picture, or of pages. */
export function toFrameSeries(image: StoredImage): StoredSeries | undefined {
  if (image.frames < 2 || !OF_FRAMES.includes(image.format)) return undefined;
  return { id: image.id, frames: Array.from({ length: image.frames }, (_, frame) => ({ image, frame })) };
}
