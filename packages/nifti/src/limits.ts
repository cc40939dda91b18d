/** What one file may cost; each limit is checked before the work that it bounds. */
export interface NiftiLimits {
  /** Bytes of the file as it is given. */
  readonly maxBytes: number;
  /** Bytes of a compressed file after inflating. */
  readonly maxInflatedBytes: number;
  /** Pixels of one slice. */
  readonly maxPixels: number;
  /** Slices of all volumes together. */
  readonly maxFrames: number;
}

export const NIFTI_LIMITS: NiftiLimits = {
  maxBytes: 512 * 2 ** 20,
  maxInflatedBytes: 512 * 2 ** 20,
  maxPixels: 50e6,
  maxFrames: 100_000,
};
