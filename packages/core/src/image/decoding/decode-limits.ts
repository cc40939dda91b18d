import { someDecodeLimits } from '../../contract/image/decode-limits.js';
import { withDefaults } from '../../contract/options/complete-limits.js';
import { parseOptions } from '../../contract/options/parse-options.js';
import { ZooError, type DecodeLimits, type ReadableImage } from '../../contract/index.js';

/** Ample for radiographs (about 20 megapixels); a whole slide belongs in tiles. */
export const DECODE_LIMITS: DecodeLimits = Object.freeze({
  maxBytes: 64 * 2 ** 20,
  maxPixels: 50e6,
  maxSide: 32_768,
  maxDecodingBytes: 512 * 2 ** 20,
  timeoutSeconds: 20,
});

/**
 * With the defaults of those that are left out. Throws INVALID_PARAM for a limit that would bound nothing, such as NaN.
 */
export function completeDecodeLimits(given: Partial<DecodeLimits>): DecodeLimits {
  const limits = parseOptions(someDecodeLimits, given, { code: 'INVALID_PARAM', name: 'limits' });
  return withDefaults(DECODE_LIMITS, limits);
}

/** Throws IMAGE_TOO_LARGE. */
export function checkFileSize(bytes: number, { maxBytes }: Pick<DecodeLimits, 'maxBytes'>): void {
  if (bytes > maxBytes) throw tooLarge('bytes', maxBytes, bytes, 'Send a smaller file or raise the limit.');
}

/** Throws IMAGE_TOO_LARGE for what a header announces. */
export function checkPicture(image: ReadableImage, limits: Pick<DecodeLimits, 'maxPixels' | 'maxSide'>): void {
  const { width, height } = image.description;
  const side = Math.max(width, height);
  const advice = 'Send a smaller image or raise the limit.';
  if (image.pixels > limits.maxPixels) throw tooLarge('pixels', limits.maxPixels, image.pixels, advice);
  if (side > limits.maxSide) throw tooLarge('pixels a side', limits.maxSide, side, advice);
}

function tooLarge(unit: string, limit: number, found: number, advice: string): ZooError {
  const message = `An image may have at most ${limit} ${unit}; this one has ${found}. ${advice}`;
  return new ZooError('IMAGE_TOO_LARGE', message, { details: { unit, limit, found } });
}
