import type { StoredArray } from '../window/value-set.js';
import type { WindowRule } from '../window/window-rule.js';
import type { ImageFacts } from './image-facts.js';
import type { ImageView, UsedView, ViewWindow } from './image-view.js';

/**
 * The bytes of an image's file, of which a few are read at a time: a header may lie anywhere in a file that is not in
 * memory.
 */
export interface ImageFile {
  /** The bytes, or the path of the file. */
  readonly source: Uint8Array | string;
  readonly size: number;
  /** Up to `length` bytes from `at` on; fewer at the end of the file, none beyond it. */
  read(at: number, length: number): Promise<Uint8Array>;
}

/** Which picture a file's header announces; nothing of it has been decoded. */
export interface ImageDescription extends Pick<UsedView, 'frame' | 'frames'> {
  /** Such as 'png' or 'dicom'. */
  readonly format: string;
  /** As a person sees the image: EXIF orientation applied. */
  readonly width: number;
  readonly height: number;
  readonly facts: ImageFacts;
}

/** Pixels as a person sees them: EXIF orientation applied, alpha dropped, grey or sRGB, 8 bits. */
export interface DecodedImage {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  /** uint8 [height, width, channels], row-major, RGB. */
  readonly data: Uint8Array;
  readonly format: string;
  /** Which frame of the file this is, and how its values became 8 bits. */
  readonly view: UsedView;
}

/** For whom pixels are: a head sees what it was trained on and takes no picture that only describes another image. */
export type DecodePurpose = 'head' | 'person';

export interface DecodeRequest {
  /** If the caller gave one: it takes precedence over a rule. */
  readonly window?: ViewWindow | undefined;
  /** By which grey values become 8 bits; the decoder's own rule for that purpose by default. */
  readonly rule?: WindowRule | undefined;
  readonly purpose: DecodePurpose;
  readonly timeoutSeconds: number;
}

/**
 * One frame's values as they are stored: cut to the bits that are stored, with their sign, colour in the file's own
 * colour space.
 */
export interface StoredPixels {
  /** [rows, columns, samples], row-major. */
  readonly data: StoredArray;
  readonly dtype: string;
  readonly rows: number;
  readonly columns: number;
  readonly samples: number;
}

/** A picture whose header was read, and that can be decoded. */
export interface ReadableImage {
  readonly description: ImageDescription;
  /**
   * Pixels that a decoder has to go through for it: those of earlier frames as well, where frames build on one another.
   */
  readonly pixels: number;
  /** Memory that decoding takes at its peak, estimated from the header. */
  readonly decodeBytes: number;
  /** Decodes it out of `bytes`, the whole file. */
  decode(bytes: Uint8Array, request: DecodeRequest): Promise<DecodedImage>;
  /** The values as they are stored, before any window. */
  readStored(bytes: Uint8Array, request: Pick<DecodeRequest, 'timeoutSeconds'>): Promise<StoredPixels>;
}

/** Reads one family of formats. Decoders are asked in order, and the first that knows a file's first bytes reads it. */
export interface ImageDecoder {
  /** The format of a file that begins so (512 bytes are enough), if this decoder reads it. */
  sniff(start: Uint8Array): string | undefined;
  /**
   * Reads the header of one frame; the decoder's own choice where `view` names none. Rejects with UNSUPPORTED_FORMAT
   * for pixels that cannot be decoded here, which it must know from the header, INVALID_IMAGE for a damaged one, and
   * INVALID_PARAM for a frame that is not there.
   */
  open(file: ImageFile, format: string, view: Pick<ImageView, 'frame' | 'slices'>): Promise<ReadableImage>;
}
