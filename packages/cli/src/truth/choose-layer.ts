import type { Size } from '@medzoo/core';
import { CommandError } from '../command-error.js';
import type { Assumption } from './assumption.js';
import type { DecodedMask, PixelValues } from './decode-mask.js';

/** The channels that hold the mask. */
export interface Layer extends Size {
  /** [height, width, channels], 0 where there is background. */
  readonly values: PixelValues;
  readonly channels: 1 | 3;
  readonly fullValues: readonly number[];
}

/**
 * Says whether a mask is in the colours or in the alpha channel. Colours that are hidden do not count; where the
 * visible ones do not vary, the alpha channel is the mask.
 */
export function chooseLayer(mask: DecodedMask): { readonly layer: Layer; readonly assumptions: readonly Assumption[] } {
  const { alpha, values, channels } = mask;
  const range = alpha && rangeOf(alpha);
  // An alpha channel without a border in it says nothing; without any opacity it hides whatever the colours say.
  if (!alpha || !range || (range.min === range.max && range.max > 0)) return { layer: mask, assumptions: [] };
  if (range.max === 0) {
    if (rangeOf(values).max === 0) return { layer: mask, assumptions: [] };
    throw new CommandError(
      'Every pixel of the mask is transparent, but not black. Write a mask without an alpha channel, 255 where ' +
        'the target is and 0 elsewhere.',
    );
  }
  const isHidden = (pixel: number): boolean => alpha[pixel]! <= range.max / 2;
  if (!doesVary(values, channels, isHidden)) {
    return { layer: { ...mask, values: alpha, channels: 1 }, assumptions: ['alpha'] };
  }
  const visible = Float64Array.from(values, (value, index) => (isHidden(Math.floor(index / channels)) ? 0 : value));
  return { layer: { ...mask, values: visible }, assumptions: ['transparent'] };
}

function rangeOf(values: PixelValues): { readonly min: number; readonly max: number } {
  let [min, max] = [Infinity, -Infinity];
  for (const value of values) {
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  return { min, max };
}

/** Whether the visible pixels have more than one colour. */
function doesVary(values: PixelValues, channels: number, isHidden: (pixel: number) => boolean): boolean {
  let first: number | undefined;
  for (let pixel = 0; pixel < values.length / channels; pixel += 1) {
    if (isHidden(pixel)) continue;
    first ??= pixel;
    for (let channel = 0; channel < channels; channel += 1) {
      if (values[pixel * channels + channel] !== values[first * channels + channel]) return true;
    }
  }
  return false;
}
