import type { DecodeLimits, ImageView } from '../../contract/index.js';
import { checkImageView } from './check-view.js';
import { createDecodeLedger } from './decode-ledger.js';
import { checkFileSize, checkPicture, DECODE_LIMITS } from './decode-limits.js';
import type { DecodedImage, ImageDecoder, ImageDescription, ReadableImage } from './image-decoder.js';
import { withImageFile, type ImageFile } from './image-file.js';
import { rasterDecoder } from '../raster/raster-decoder.js';
import { refuseFormat, SNIFFED_BYTES } from './sniff-format.js';

export { DECODE_LIMITS, type DecodedImage, type ImageDescription };

/** The first that knows a file's first bytes reads it. */
const DECODERS: readonly ImageDecoder[] = [rasterDecoder];

/** Of this process: many small files may hold large images. */
const ledger = createDecodeLedger();

export interface DecodeOptions {
  /** Which frame of the file, and which of its values; the decoder's choice if left out. */
  readonly view?: ImageView | undefined;
  /** Ends the wait for memory; an image whose decoding has begun is decoded to its end. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Decodes one frame of a PNG, JPEG, WebP or TIFF: the first, but for a TIFF whose first page is a thumbnail of another. Rejects with INVALID_IMAGE,
 * UNSUPPORTED_FORMAT, IMAGE_TOO_LARGE, or INVALID_PARAM for a view that there is not.
 *
 * 16 bits become 8 by a window, in grey and in colour: such files come without one, and their values seldom fill 16 bits. 8-bit values are
 * taken as they are, unless a window is given. Colours with a profile become sRGB; grey values are taken as they are stored, as in training.
 */
export async function decodeImage(
  bytes: Uint8Array,
  limits: Partial<DecodeLimits> = {},
  { view = {}, signal }: DecodeOptions = {},
): Promise<DecodedImage> {
  checkImageView(view);
  const kept = { ...DECODE_LIMITS, ...limits };
  const { maxDecodingBytes, timeoutSeconds } = kept;
  const image = await withImageFile(bytes, (file) => openImage(file, kept, view));
  const decode = () => image.decode(bytes, { window: view.window, timeoutSeconds });
  return ledger.use(image.decodeBytes, maxDecodingBytes, decode, signal);
}

/**
 * What the header of a file says, in memory or at a path, with the same refusals as `decodeImage`: what passes here fails there only if
 * its pixels are damaged. No pixel is decoded.
 */
export async function describeImage(
  source: Uint8Array | string,
  limits: Partial<DecodeLimits> = {},
  view: ImageView = {},
): Promise<ImageDescription> {
  checkImageView(view);
  const kept = { ...DECODE_LIMITS, ...limits };
  const { description } = await withImageFile(source, (file) => openImage(file, kept, view));
  return description;
}

async function openImage(file: ImageFile, limits: DecodeLimits, view: ImageView): Promise<ReadableImage> {
  checkFileSize(file.size, limits);
  const start = await file.read(0, SNIFFED_BYTES);
  for (const decoder of DECODERS) {
    const format = decoder.sniff(start);
    if (format === undefined) continue;
    const image = await decoder.open(file, format, view.frame);
    checkPicture(image, limits);
    return image;
  }
  return refuseFormat(start);
}
