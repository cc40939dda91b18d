import type { JpegHeader } from '../codecs/jpeg-header.js';
import type { StoredArray } from '@medzoo/core/contract';

/**
 * Samples of any depth to 0..255 over all that `bitsStored` allows; a view or copy of the input where it is 8 bits
 * already.
 */
export function toBytes(stored: StoredArray, bitsStored: number): Uint8Array {
  if (stored instanceof Uint8Array && bitsStored === 8) return stored;
  const scale = 255 / (2 ** bitsStored - 1);
  return Uint8Array.from(stored, (value) => Math.round(value * scale));
}

/** YBR_FULL to RGB (PS3.3, C.7.6.3.1.2): luma and chroma over the full range, in place. */
export function ybrToRgb(samples: Uint8Array): Uint8Array {
  const rgb = new Uint8ClampedArray(samples.length);
  for (let at = 0; at < samples.length; at += 3) {
    const luma = samples[at]!;
    const blue = samples[at + 1]! - 128;
    const red = samples[at + 2]! - 128;
    rgb[at] = luma + 1.402 * red;
    rgb[at + 1] = luma - 0.344136 * blue - 0.714136 * red;
    rgb[at + 2] = luma + 1.772 * blue;
  }
  return new Uint8Array(rgb.buffer);
}

/**
 * Whether three stored components are luma and chroma. A stream's own word (Adobe's segment, JFIF, component names,
 * subsampling) is worth more than PhotometricInterpretation: an RGB tag over a YCbCr stream exists, and the reverse.
 */
export function isLumaChroma(photometric: string, jpeg: JpegHeader | undefined): boolean {
  // After JPEG 2000, YBR_RCT and YBR_ICT are RGB already: they name a step of the coding.
  const claimed = photometric === 'YBR_FULL' || photometric === 'YBR_FULL_422';
  if (!jpeg || jpeg.process > 0xc2) return claimed;
  const isSubsampled = jpeg.frameComponents.some(
    ({ horizontal, vertical }) =>
      horizontal !== jpeg.frameComponents[0]!.horizontal || vertical !== jpeg.frameComponents[0]!.vertical,
  );
  if (isSubsampled) return true;
  if (jpeg.adobeTransform !== undefined) return jpeg.adobeTransform === 1;
  if (jpeg.frameComponents.map(({ id }) => String.fromCharCode(id)).join('') === 'RGB') return false;
  return jpeg.hasJfif || claimed;
}
