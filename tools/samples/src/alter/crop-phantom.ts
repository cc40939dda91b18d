import type { Size } from '../draw/plane.js';
import type { Phantom } from '../phantom.js';

/** A part of a phantom with its truth, in pixels. */
export function cropPhantom(
  { size, channels, pixels, masks }: Phantom,
  { left, top, width, height }: Size & { readonly left: number; readonly top: number },
): Phantom {
  if (left < 0 || top < 0 || left + width > size.width || top + height > size.height) {
    throw new RangeError(`The crop does not lie within the phantom's ${size.width} x ${size.height} pixels.`);
  }
  const crop = <Values extends Float32Array | Uint8Array>(values: Values, perPixel: number, into: Values): Values => {
    for (let row = 0; row < height; row += 1) {
      const from = ((top + row) * size.width + left) * perPixel;
      into.set(values.subarray(from, from + width * perPixel), row * width * perPixel);
    }
    return into;
  };
  const cells = width * height;
  return {
    size: { width, height },
    channels,
    pixels: crop(pixels, channels, new Float32Array(cells * channels)),
    masks: Object.fromEntries(
      Object.entries(masks).map(([label, mask]) => [label, crop(mask, 1, new Uint8Array(cells))]),
    ),
  };
}
