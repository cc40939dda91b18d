import type { Pixels } from '../raster/read-pixels.js';
import type { UncompressedFormat } from '../decoding/sniff-format.js';

/** A file whose pixels are not compressed, by its header. */
export interface UncompressedPicture {
  readonly format: UncompressedFormat;
  readonly width: number;
  readonly height: number;
  /** Samples of a pixel: grey, or red, green and blue. */
  readonly colours: 1 | 3;
  /** The value of white. */
  readonly largest: number;
  /**
   * Writes the samples of some rows, counted from the top, as the file has them: [rows, width, colours], row-major.
   * Throws INVALID_IMAGE for values that there cannot be.
   */
  readonly readRows: (bytes: Uint8Array, rows: RowRange, out: Samples) => void;
}

/** From the first on, before the last. */
export interface RowRange {
  readonly first: number;
  readonly end: number;
}

export type Samples = Pixels['data'];
