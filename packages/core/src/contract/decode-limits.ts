/** What one image may cost: a small file can hold a very large image. All is checked from the header, before anything is decoded. */
export interface DecodeLimits {
  readonly maxBytes: number;
  readonly maxPixels: number;
  /** Of the width and of the height, in pixels: an image of one column costs far more than its pixels. */
  readonly maxSide: number;
  /**
   * Memory for decoding in this process, over all images at once, in bytes. An image waits until those before it leave enough; one that
   * needs more than all of it is decoded alone.
   */
  readonly maxDecodingBytes: number;
  readonly timeoutSeconds: number;
}
