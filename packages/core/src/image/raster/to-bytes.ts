import type { ImageView, UsedWindow } from '../../contract/index.js';
import { applyLevels, applyWindow, countValues, highBytes } from '../window/apply-window.js';
import { channelsGoTogether } from '../window/channels-go-together.js';
import { findWindow, rangeOf, type ValueRange } from '../window/find-window.js';
import type { Pixels } from './read-pixels.js';

export interface WindowedBytes {
  readonly channels: 1 | 3;
  /** uint8 [height, width, channels]. */
  readonly data: Uint8Array;
  readonly window: UsedWindow | null;
}

/**
 * Samples to 8 bits: by the window that the caller gave; else 16 bits by the image's own, and 8 bits as they are. Colours have one window
 * for all three, unless they do not go together: then their full range is taken. `isInverted` tells that libvips has turned the stored values
 * round, white being stored as 0: the window is told in stored values.
 */
export function toBytes(pixels: Pixels, asked: ImageView['window'], isInverted: boolean): WindowedBytes {
  const { data, channels, colours } = pixels;
  const isDeep = data.BYTES_PER_ELEMENT === 2;
  if (!asked && !isDeep) return { channels: colours, data: withoutExtra(pixels), window: null };
  if (!asked && colours === 3 && !channelsGoTogether(pixels)) {
    return { channels: colours, data: highBytes(pixels, colours), window: { ...FULL_RANGE, source: 'full-range' } };
  }
  const largest = isDeep ? 0xffff : 0xff;
  const turn = ({ low, high }: ValueRange): ValueRange =>
    isInverted ? { low: largest - high, high: largest - low } : { low, high };
  const range = asked ? turn(rangeOf(asked)) : findOwnWindow(pixels);
  const { low, high } = turn(range);
  return {
    channels: colours,
    data: applyWindow({ data, channels }, colours, range),
    window: { center: (low + high) / 2, width: high - low, source: asked ? 'request' : 'percentiles' },
  };
}

const FULL_RANGE = { center: 32_768, width: 65_536 };

/** Of the visible pixels, or of all where none is visible. */
function findOwnWindow(pixels: Pixels): ValueRange {
  const histogram = countValues(pixels, pixels.colours, pixels.alpha);
  const isEmpty = histogram.every((count) => count === 0);
  return findWindow(isEmpty ? countValues(pixels, pixels.colours, undefined) : histogram);
}

function withoutExtra({ data, channels, colours }: Pixels): Uint8Array {
  if (channels === colours && data instanceof Uint8Array) return data;
  return applyLevels({ data, channels }, colours, (value) => value);
}
