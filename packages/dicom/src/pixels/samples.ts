import type { JpegHeader } from '../codecs/jpeg-header.js';

export type DataType = 'uint8' | 'int8' | 'uint16' | 'int16' | 'uint32' | 'int32' | 'float32' | 'float64';

/** What a codec made of a frame, not yet cut to BitsStored. */
export interface CodecSamples {
  /** [height, width, samples], row-major. */
  readonly data: Uint8Array | Uint16Array | Uint32Array;
  /** Whether luma and chroma were turned into RGB on the way. */
  readonly isRgb?: boolean;
  /** Header of a JPEG stream, which has a word of its own about colour. */
  readonly jpeg?: JpegHeader;
  /** Whether the stream itself loses values; a reversible stream in a lossy syntax does not. */
  readonly lossy?: boolean;
}
