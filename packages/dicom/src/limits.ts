/** What one file may cost. A small file can claim much: each limit is checked before the work that it bounds. */
export interface DicomLimits {
  /** Bytes of the file as it is given. */
  readonly maxBytes: number;
  /** Rows times columns of one frame. */
  readonly maxPixels: number;
  /** Frames of one file. Frames are decoded one at a time, so this bounds bookkeeping and not memory for pixels. */
  readonly maxFrames: number;
  /** Bytes of a deflated data set after inflating. */
  readonly maxInflatedBytes: number;
  /** Elements, sequence items and fragments of one file, nested ones included. */
  readonly maxElements: number;
  /** How deep sequences may be nested. */
  readonly maxDepth: number;
}

export const DICOM_LIMITS: DicomLimits = {
  maxBytes: 512 * 2 ** 20,
  maxPixels: 50e6,
  maxFrames: 20_000,
  maxInflatedBytes: 256 * 2 ** 20,
  maxElements: 500_000,
  maxDepth: 16,
};
