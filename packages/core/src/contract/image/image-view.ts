import { z } from 'zod';
import { aWholeNumber, expecting, maybe, oneOf, options } from '../options/option-schemas.js';
import { WINDOW_FUNCTIONS, type UsedWindow } from '../window/apply-window-rule.js';
import type { PixelSpacing } from './image-facts.js';

/** Across what the slices of a volume are taken: a plane of the body, or the voxel axis 0, 1 or 2. */
export const SLICE_DIRECTIONS = ['axial', 'coronal', 'sagittal', 0, 1, 2] as const;

export type SliceDirection = (typeof SLICE_DIRECTIONS)[number];

const width = expecting('a number above 0, in stored values');

export const viewWindow = options({
  center: z.number(expecting('a number, in stored values')),
  width: z.number(width).positive(width),
  /** Default: DICOM's LINEAR for DICOM, LINEAR_EXACT for other formats. */
  function: maybe(oneOf(WINDOW_FUNCTIONS)),
});

export type ViewWindow = z.infer<typeof viewWindow>;

export const imageView = options({
  /**
   * Counted from 0: a page of a TIFF, a frame of an animation or of a DICOM file, a slice of a volume. Default: the
   * first that is no thumbnail.
   */
  frame: maybe(aWholeNumber(0)),
  /**
   * `width` values around `center` become 0 to 255, those beyond 0 or 255; in values after the modality LUT, such as
   * Hounsfield units, and for formats without one as stored in the file (of colours with a profile, as sRGB). Default:
   * what the head was trained on, by the window rule of its model file.
   */
  window: maybe(viewWindow),
  /** Of a volume (NIfTI). Default: the axis that it was taken in slices along. */
  slices: maybe(oneOf(SLICE_DIRECTIONS)),
});

/** Which picture of a file is meant, and which of its values. */
export type ImageView = z.infer<typeof imageView>;

/** Which picture of its file was read, and how its values became 8 bits. */
export interface UsedView {
  /** Counted from 0: a page of a TIFF, a frame of an animation or of a DICOM file, a slice of a volume. */
  readonly frame: number;
  /** That the file has. */
  readonly frames: number;
  /** Null for colour, and for 8-bit values that were taken as they are. */
  readonly window: UsedWindow | null;
  /** How large a pixel is; null where the file does not say. */
  readonly spacing: PixelSpacing | null;
  /** DICOM's code, such as CT; null where the file does not say. */
  readonly modality: string | null;
}
