import type { ValueRange } from './default-window.js';

/** Samples of several channels, interleaved: uint8 or uint16 [pixels, channels]. */
export interface Samples {
  readonly data: Uint8Array | Uint16Array;
  readonly channels: number;
}

/**
 * How many of the visible pixels' samples have each value: uint32 [65536]. Of `channels`, the first `colours` are
 * counted.
 */
export function countValues({ data, channels }: Samples, colours: number, alpha: number | undefined): Uint32Array {
  const histogram = new Uint32Array(65_536);
  if (channels === colours) {
    for (const value of data) histogram[value]! += 1;
    return histogram;
  }
  for (let pixel = 0; pixel < data.length; pixel += channels) {
    if (alpha !== undefined && data[pixel + alpha] === 0) continue;
    for (let colour = 0; colour < colours; colour += 1) histogram[data[pixel + colour]!]! += 1;
  }
  return histogram;
}

/** The window's values to 0..255, rounded, and those beyond it to its ends: uint8 [pixels, colours]. */
export function applyWindow(samples: Samples, colours: number, { low, high }: ValueRange): Uint8Array {
  const scale = 255 / (high - low);
  return applyLevels(samples, colours, (value) => Math.round((value - low) * scale));
}

/** 16 bits to their upper 8: uint8 [pixels, colours]. */
export function highBytes(samples: Samples, colours: number): Uint8Array {
  return applyLevels(samples, colours, (value) => value >> 8);
}

/** Each value to its level, cut to 0..255, and only the first `colours` samples of a pixel: uint8 [pixels, colours]. */
export function applyLevels(
  { data, channels }: Samples,
  colours: number,
  levelOf: (value: number) => number,
): Uint8Array {
  const values = data.BYTES_PER_ELEMENT === 1 ? 256 : 65_536;
  const levels = Uint8ClampedArray.from({ length: values }, (_, value) => levelOf(value));
  const bytes = new Uint8Array((data.length / channels) * colours);
  for (let pixel = 0, at = 0; pixel < data.length; pixel += channels) {
    for (let colour = 0; colour < colours; colour += 1, at += 1) bytes[at] = levels[data[pixel + colour]!]!;
  }
  return bytes;
}
