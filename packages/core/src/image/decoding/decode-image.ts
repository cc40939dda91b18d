import type {
  DecodedImage,
  DecodeLimits,
  DecodePurpose,
  ImageDecoder,
  ImageDescription,
  ImageFile,
  ImageView,
  ReadableImage,
  StoredPixels,
  WindowRule,
} from '../../contract/index.js';
import { uncompressedDecoder } from '../uncompressed/uncompressed-decoder.js';
import { rasterDecoder } from '../raster/raster-decoder.js';
import { checkImageView } from './check-view.js';
import { createDecodeLedger } from './decode-ledger.js';
import { checkFileSize, checkPicture, completeDecodeLimits, DECODE_LIMITS } from './decode-limits.js';
import { withImageFile } from './image-file.js';
import { refuseFormat, SNIFFED_BYTES } from './sniff-format.js';

export { DECODE_LIMITS };

/** Of this process: many small files may hold large images. */
const ledger = createDecodeLedger();

export interface ReadOptions {
  /** Which frame of the file, and which of its values; the decoder's choice by default. */
  readonly view?: ImageView | undefined;
  /** Beside PNG, JPEG, WebP, TIFF, BMP, PGM and PPM, and asked before those: `[dicom(), nifti()]`. */
  readonly decoders?: readonly ImageDecoder[] | undefined;
}

export interface DecodeOptions extends ReadOptions {
  /**
   * By which grey values of more than 8 bits become 8, unless the view has a window; the decoder's usual rule by
   * default.
   */
  readonly rule?: WindowRule | undefined;
  /** For whom the pixels are. Default 'person'. */
  readonly purpose?: DecodePurpose | undefined;
  /** Ends the wait for memory; an image whose decoding has begun is decoded to its end. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Decodes one frame of a PNG, JPEG, WebP, TIFF, BMP, PGM or PPM, or of what `decoders` read: the first, but for a TIFF
 * whose first page is a thumbnail of another. Rejects with INVALID_IMAGE, UNSUPPORTED_FORMAT, IMAGE_TOO_LARGE, or
 * INVALID_PARAM for a view that there is not.
 *
 * 16 bits become 8 by a window, in grey and in colour: raster files come without one, and their values seldom fill 16
 * bits. 8-bit values of raster files are taken as they are, unless a window is given. Colours with a profile become
 * sRGB; grey values are taken as they are stored, as in training.
 */
export async function decodeImage(
  bytes: Uint8Array,
  limits: Partial<DecodeLimits> = {},
  options: DecodeOptions = {},
): Promise<DecodedImage> {
  return decodeWatched(bytes, limits, options, (work) => work());
}

/** Runs a part of the work on an image, and sees how long it takes. */
export type Watch = <T>(work: () => Promise<T>) => Promise<T>;

/** As `decodeImage`; `watch` runs what is done for this image, and not its wait for the memory that others use. */
export async function decodeWatched(
  bytes: Uint8Array,
  limits: Partial<DecodeLimits>,
  { view = {}, decoders, rule, purpose = 'person', signal }: DecodeOptions,
  watch: Watch,
): Promise<DecodedImage> {
  const kept = completeDecodeLimits(limits);
  const image = await watch(() => openSource(bytes, kept, { view, decoders }));
  const request = { window: view.window, rule, purpose, timeoutSeconds: kept.timeoutSeconds };
  const decode = () => watch(() => image.decode(bytes, request));
  return ledger.use(image.decodeBytes, kept.maxDecodingBytes, decode, signal);
}

/**
 * What the header of a file says, in memory or at a path, with the same refusals as `decodeImage`: what passes here
 * fails there only if its pixels are damaged. No pixel is decoded. Rejects with the system's own error, such as ENOENT,
 * where the path cannot be read.
 */
export async function describeImage(
  source: Uint8Array | string,
  limits: Partial<DecodeLimits> = {},
  options: ReadOptions = {},
): Promise<ImageDescription> {
  const kept = completeDecodeLimits(limits);
  return (await openSource(source, kept, options)).description;
}

/**
 * One frame's values as they are stored in the file, before any window; the same refusals as `decodeImage`. The EXIF
 * orientation of a raster file is applied. A slice of a volume is not turned, so that its rows and columns may be
 * others than those of the picture that `decodeImage` makes of it.
 */
export async function readStoredPixels(
  bytes: Uint8Array,
  limits: Partial<DecodeLimits> = {},
  { signal, ...options }: ReadOptions & Pick<DecodeOptions, 'signal'> = {},
): Promise<StoredPixels> {
  const kept = completeDecodeLimits(limits);
  const image = await openSource(bytes, kept, options);
  return ledger.use(image.decodeBytes, kept.maxDecodingBytes, () => image.readStored(bytes, kept), signal);
}

function openSource(
  source: Uint8Array | string,
  limits: DecodeLimits,
  { view = {}, decoders = [] }: ReadOptions,
): Promise<ReadableImage> {
  checkImageView(view);
  return withImageFile(source, (file) => openImage(file, limits, view, decoders));
}

async function openImage(
  file: ImageFile,
  limits: DecodeLimits,
  { frame, slices }: ImageView,
  decoders: readonly ImageDecoder[],
): Promise<ReadableImage> {
  checkFileSize(file.size, limits);
  const start = await file.read(0, SNIFFED_BYTES);
  for (const decoder of [...decoders, rasterDecoder, uncompressedDecoder]) {
    const format = decoder.sniff(start);
    if (format === undefined) continue;
    const which = { ...(frame !== undefined && { frame }), ...(slices !== undefined && { slices }) };
    const image = await decoder.open(file, format, which);
    checkPicture(image, limits);
    return image;
  }
  return refuseFormat(start, decoders);
}
