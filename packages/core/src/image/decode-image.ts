import sharp from 'sharp';
import { isZooError, ZooError } from '../contract/index.js';
import { sniffFormat, type ImageFormat } from './sniff-format.js';

/** Pixels as a person sees them: EXIF orientation applied, alpha dropped, grey or sRGB, 8 bits. */
export interface DecodedImage {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  /** uint8 [height, width, channels], row-major, RGB. */
  readonly data: Uint8Array;
  readonly format: ImageFormat;
}

/** What one image may cost: a small file can hold a very large image. */
export interface DecodeLimits {
  readonly maxBytes: number;
  readonly maxPixels: number;
  readonly timeoutSeconds: number;
}

/** Ample for radiographs (about 20 megapixels); a whole slide belongs in tiles. */
export const DECODE_LIMITS: DecodeLimits = { maxBytes: 64 * 2 ** 20, maxPixels: 50e6, timeoutSeconds: 20 };

/**
 * Decodes the first page of a PNG, JPEG, WebP or TIFF; throws INVALID_IMAGE, UNSUPPORTED_FORMAT or IMAGE_TOO_LARGE.
 *
 * 16-bit grey is mapped from the image's own min..max to 0..255: such files come without a window, and their values seldom
 * fill 16 bits. Colours with a profile become sRGB; grey values are taken as they are stored, as in training.
 */
export async function decodeImage(bytes: Uint8Array, limits: Partial<DecodeLimits> = {}): Promise<DecodedImage> {
  const { maxBytes, maxPixels, timeoutSeconds } = { ...DECODE_LIMITS, ...limits };
  if (bytes.length > maxBytes)
    throw tooLarge('bytes', maxBytes, bytes.length, 'Send a smaller file or raise the limit.');
  const format = sniffFormat(bytes);
  try {
    const header = await sharp(bytes, { limitInputPixels: false }).metadata();
    const pixels = header.width * header.height;
    if (pixels > maxPixels) throw tooLarge('pixels', maxPixels, pixels, 'Send a smaller image or raise the limit.');
    const isGrey = header.space === 'b-w' || header.space === 'grey16';
    if (header.depth !== 'uchar' && header.depth !== 'ushort') throw unsupportedDepth(header.depth);

    const options = { limitInputPixels: maxPixels, failOn: 'error', ignoreIcc: isGrey } as const;
    const image = sharp(bytes, options)
      .autoOrient()
      .removeAlpha()
      .timeout({ seconds: Math.ceil(timeoutSeconds) });
    if (isGrey && header.depth === 'ushort') {
      const { data, info } = await image
        .toColourspace('grey16')
        .raw({ depth: 'ushort' })
        .toBuffer({ resolveWithObject: true });
      return { width: info.width, height: info.height, channels: 1, data: stretchToBytes(asUint16(data)), format };
    }
    const { data, info } = await image
      .toColourspace(isGrey ? 'b-w' : 'srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, channels: info.channels === 1 ? 1 : 3, data, format };
  } catch (error) {
    throw isZooError(error) ? error : unreadable(format, timeoutSeconds, error);
  }
}

function asUint16(data: Uint8Array): Uint16Array {
  const aligned = data.byteOffset % 2 === 0 ? data : Uint8Array.from(data);
  return new Uint16Array(aligned.buffer, aligned.byteOffset, aligned.byteLength / 2);
}

/** The values' own min..max to 0..255, rounded; all 0 if there is but one value. */
function stretchToBytes(values: Uint16Array): Uint8Array {
  let min = 0xffff;
  let max = 0;
  for (const value of values) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  const scale = max > min ? 255 / (max - min) : 0;
  const bytes = new Uint8Array(values.length);
  for (let index = 0; index < values.length; index += 1) bytes[index] = Math.round((values[index]! - min) * scale);
  return bytes;
}

function tooLarge(unit: 'bytes' | 'pixels', limit: number, found: number, advice: string): ZooError {
  return new ZooError(
    'IMAGE_TOO_LARGE',
    `An image may have at most ${limit} ${unit}; this one has ${found}. ${advice}`,
    {
      details: { unit, limit, found },
    },
  );
}

function unsupportedDepth(depth: string): ZooError {
  const message = `Pixels must be of 8 or 16 bits without sign; these are of type ${depth}. Convert the image first.`;
  return new ZooError('UNSUPPORTED_FORMAT', message, { details: { found: depth } });
}

/** libvips' own words stay in `cause`: they are for the operator, not for the caller. */
function unreadable(format: ImageFormat, timeoutSeconds: number, cause: unknown): ZooError {
  if (cause instanceof Error && cause.message.startsWith('timeout')) {
    return new ZooError(
      'DEADLINE_EXCEEDED',
      `The image was not decoded within ${timeoutSeconds} s. Send a smaller one.`,
      { cause },
    );
  }
  const message = `This begins like a ${format.toUpperCase()} but cannot be read to its end: it is damaged or cut off. Send it again.`;
  return new ZooError('INVALID_IMAGE', message, { details: { format }, cause });
}
