import type { Plane, Size } from './draw/plane.js';
import { clamp, mix } from './draw/shapes.js';

/** A drawn image and, because it was drawn, the truth about it. */
export interface Phantom {
  readonly size: Size;
  readonly channels: 1 | 3;
  /** float32 [height, width, channels], row-major, RGB, 0..1. */
  readonly pixels: Float32Array;
  /** By label: uint8 [height, width], row-major, 0 and 1. */
  readonly masks: Readonly<Record<string, Uint8Array>>;
  /** By label: how many there are, where a mask's regions may touch. */
  readonly objects?: Readonly<Record<string, number>>;
}

export type Rgb = readonly [number, number, number];

/** A grey phantom. */
export function greyPhantom({ size, values }: Plane, masks: Phantom['masks'] = {}): Phantom {
  return { size, channels: 1, pixels: values.map((value) => clamp(value, 0, 1)), masks };
}

/** A phantom in colour; `shade` is asked at each pixel's centre, x 0..1 over the width, y in the same scale. */
export function colourPhantom(
  size: Size,
  shade: (x: number, y: number, pixel: number) => Rgb,
  masks: Phantom['masks'] = {},
): Phantom {
  const { width, height } = size;
  const pixels = new Float32Array(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    const colour = shade(((pixel % width) + 0.5) / width, (Math.floor(pixel / width) + 0.5) / width, pixel);
    pixels.set(
      colour.map((value) => clamp(value, 0, 1)),
      pixel * 3,
    );
  }
  return { size, channels: 3, pixels, masks };
}

/** The pixels where a plane is negative, as a shape's distances are inside it. */
export function maskWithin({ values }: Plane): Uint8Array {
  return Uint8Array.from(values, (value) => (value < 0 ? 1 : 0));
}

export function mixColours(from: Rgb, to: Rgb, share: number): Rgb {
  return [mix(from[0], to[0], share), mix(from[1], to[1], share), mix(from[2], to[2], share)];
}

export function scaleColour([red, green, blue]: Rgb, factor: number): Rgb {
  return [red * factor, green * factor, blue * factor];
}

/** The same amount of light more in each channel. */
export function brighten([red, green, blue]: Rgb, by: number): Rgb {
  return [red + by, green + by, blue + by];
}
