import type { Samples } from '../window/samples-to-levels.js';
import { loadSharp } from './load-sharp.js';

/** How one picture is to be read. */
export interface PixelSource {
  readonly bytes: Uint8Array;
  readonly frame: number;
  /** What the header announced: more are not decoded. */
  readonly maxPixels: number;
  /** Whether a colour profile is left alone: grey values are taken as they are stored, as in training. */
  readonly isGrey: boolean;
  /** Whether samples keep 16 bits. */
  readonly isDeep: boolean;
  /** Whether the file has a profile of RGB, by which its colours become sRGB. */
  readonly hasProfile: boolean;
  /** Which sample is the opacity; undefined if none is. */
  readonly alpha: number | undefined;
  /** At what libvips gives up: `warning` where it fills what it cannot read with black and only warns of it. */
  readonly failOn: 'error' | 'warning';
  readonly timeoutSeconds: number;
}

/** Samples as they are stored, or as sRGB where a file's colours are something else. */
export interface Pixels extends Samples {
  readonly width: number;
  readonly height: number;
  /** The first so many samples of a pixel are its grey or its colours. */
  readonly colours: 1 | 3;
  /** Which sample is 0 where a pixel is transparent; undefined if none was read. */
  readonly alpha: number | undefined;
}

/** Samples of 16 bits come with all that a pixel has, and those of 8 bits without its opacity. */
export async function readPixels(source: PixelSource): Promise<Pixels> {
  const { bytes, frame, maxPixels, isGrey, isDeep, hasProfile, alpha, failOn, timeoutSeconds } = source;
  const options = { page: frame, limitInputPixels: maxPixels, failOn, ignoreIcc: isGrey } as const;
  const sharp = await loadSharp();
  const image = sharp(bytes, options)
    .autoOrient()
    .timeout({ seconds: Math.ceil(timeoutSeconds) });
  // sharp takes colours of 16 bits by their profile to Display P3, whose values are not those of sRGB.
  const profiled = hasProfile && !isGrey && isDeep ? image.withIccProfile('srgb') : image;
  const raw = isDeep
    ? profiled.toColourspace(isGrey ? 'grey16' : 'rgb16').raw({ depth: 'ushort' })
    : image
        .removeAlpha()
        .toColourspace(isGrey ? 'b-w' : 'srgb')
        .raw({ depth: 'uchar' });
  const { data, info } = await raw.toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  const size = { width, height, channels, colours: isGrey ? 1 : 3 } as const;
  return isDeep ? { ...size, alpha, data: asUint16(data) } : { ...size, alpha: undefined, data };
}

/**
 * Undoes, in place, that a plane was multiplied by its opacity, as libvips does where samples lie side by side: values
 * are cut off to whole numbers, and stay 0 where nothing is opaque.
 */
export function divideByOpacity({ data }: Pixels, { data: opacity }: Pixels): void {
  const largest = data.BYTES_PER_ELEMENT === 2 ? 0xffff : 0xff;
  for (let pixel = 0; pixel < data.length; pixel += 1) {
    const share = opacity[pixel]! / largest;
    data[pixel] = share === 0 ? 0 : Math.min(Math.trunc(data[pixel]! / share), largest);
  }
}

/** Planes of one sample each to pixels: the first `colours`, and then, if there is one more, the opacity. */
export function joinPlanes(planes: readonly Pixels[], colours: 1 | 3): Pixels {
  const [first] = planes;
  if (planes.length === 1) return first!;
  const { width, height, data } = first!;
  const channels = planes.length;
  const joined =
    data instanceof Uint16Array ? new Uint16Array(data.length * channels) : new Uint8Array(data.length * channels);
  planes.forEach((plane, channel) => {
    for (let pixel = 0, at = channel; pixel < plane.data.length; pixel += 1, at += channels)
      joined[at] = plane.data[pixel]!;
  });
  return { width, height, channels, colours, alpha: channels > colours ? colours : undefined, data: joined };
}

function asUint16(data: Uint8Array): Uint16Array {
  const aligned = data.byteOffset % 2 === 0 ? data : Uint8Array.from(data);
  return new Uint16Array(aligned.buffer, aligned.byteOffset, aligned.byteLength / 2);
}
