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
  readonly imageIds: readonly string[];
  readonly frameCount: number;
  /** Of a file they are made when they are asked for: a file of 100 KB may have 100,000. */
  readonly frames: readonly SeriesFrame[];
}

/** Formats whose frames lie in one another's order; pages of a TIFF may be thumbnails of each other. */
const OF_FRAMES: readonly string[] = ['dicom', 'nifti', 'mgh'];

/** The frames of a file that has several; undefined for a file of one picture, or of pages. */
export function toFrameSeries(image: StoredImage): StoredSeries | undefined {
  return image.frames < 2 || !OF_FRAMES.includes(image.format) ? undefined : new FileSeries(image);
}

/** Images of one picture each, none of them twice. */
export function toListSeries(id: string, images: readonly StoredImage[]): StoredSeries {
  const frames = images.map((image) => ({ image, frame: 0 }));
  return { id, imageIds: images.map((image) => image.id), frameCount: frames.length, frames };
}

class FileSeries implements StoredSeries {
  readonly id: string;
  readonly imageIds: readonly string[];
  readonly frameCount: number;
  #frames: readonly SeriesFrame[] | undefined;

  constructor(private readonly image: StoredImage) {
    this.id = image.id;
    this.imageIds = [image.id];
    this.frameCount = image.frames;
  }

  get frames(): readonly SeriesFrame[] {
    const { image } = this;
    return (this.#frames ??= Array.from({ length: image.frames }, (_, frame) => ({ image, frame })));
  }
}
