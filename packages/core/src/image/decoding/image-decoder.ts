import type { UsedView } from '../../contract/index.js';
import type { ImageFormat } from './sniff-format.js';
import type { ImageFile } from './image-file.js';

/** Which picture a file's header announces; nothing of it has been decoded. */
export interface ImageDescription extends Pick<UsedView, 'frame' | 'frames'> {
  readonly format: ImageFormat;
  /** As a person sees the image: EXIF orientation applied. */
  readonly width: number;
  readonly height: number;
}

/** Pixels as a person sees them: EXIF orientation applied, alpha dropped, grey or sRGB, 8 bits. */
export interface DecodedImage {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  /** uint8 [height, width, channels], row-major, RGB. */
  readonly data: Uint8Array;
  readonly format: ImageFormat;
  /** Which frame of the file this is, and how its values became 8 bits. */
  readonly view: UsedView;
}

export interface DecodeRequest {
  /** In stored values, if the caller gave one. */
  readonly window?: { readonly center: number; readonly width: number } | undefined;
  readonly timeoutSeconds: number;
}

/** A picture whose header was read, and that can be decoded. */
export interface ReadableImage {
  readonly description: ImageDescription;
  /** Pixels that a decoder has to go through for it: those of earlier frames as well, where frames build on one another. */
  readonly pixels: number;
  /** Memory that decoding takes at its peak, estimated from the header. */
  readonly decodeBytes: number;
  /** Decodes it out of `bytes`, the whole file. */
  decode(bytes: Uint8Array, request: DecodeRequest): Promise<DecodedImage>;
}

/** Reads one family of formats. Decoders are asked in order, and the first that knows a file's first bytes reads it. */
export interface ImageDecoder {
  /** The format of a file that begins so (512 bytes are enough), if this decoder reads it. */
  sniff(start: Uint8Array): ImageFormat | undefined;
  /**
   * Reads the header of one frame; the decoder's own choice if `frame` is undefined. Rejects with UNSUPPORTED_FORMAT for pixels that
   * cannot be decoded here, which it must know from the header, INVALID_IMAGE for a damaged one, and INVALID_PARAM for a frame that is not there.
   */
  open(file: ImageFile, format: ImageFormat, frame: number | undefined): Promise<ReadableImage>;
}
