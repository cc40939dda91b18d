import type { DecodeRequest, StoredPixels, UsedWindow, ViewWindow, WindowRule } from '../../contract/index.js';
import { shadeByWindow } from '../../contract/window/apply-window-rule.js';
import { findPercentiles, findRange, valuesOfCounts } from '../../contract/window/value-set.js';
import { applyLevels, applyWindow, countValues, highBytes } from '../window/samples-to-levels.js';
import { channelsGoTogether } from '../window/channels-go-together.js';
import { findWindow, rangeOf, type ValueRange } from '../window/default-window.js';
import type { Pixels } from './read-pixels.js';

export interface WindowedBytes {
  readonly channels: 1 | 3;
  /** uint8 [height, width, channels]. */
  readonly data: Uint8Array;
  readonly window: UsedWindow | null;
}

type StoredRule = Extract<WindowRule, { rule: 'stored' }>;

/** The window that gives each value its upper 8 bits: 127.5 to 65 407.5, since windows round and bits are cut off. */
const FULL_RANGE = { center: 32_767.5, width: 65_280, function: 'LINEAR_EXACT', source: 'stored' } as const;

/**
 * Samples to 8 bits: by the window that the caller gave; else 16 bits by the image's own, and 8 bits as they are.
 * Colours have one window for all three, unless they do not go together: then their full range is taken. `isInverted`
 * tells that libvips has turned the stored values round, white being stored as 0: the window is told in stored values.
 */
export function toBytes(
  pixels: Pixels,
  { window: asked, rule }: Pick<DecodeRequest, 'window' | 'rule'>,
  isInverted: boolean,
): WindowedBytes {
  const { data, channels, colours } = pixels;
  const isDeep = data.BYTES_PER_ELEMENT === 2;
  if (asked) return byAskedWindow(pixels, asked, isInverted);
  if (!isDeep) return { channels: colours, data: withoutExtra(pixels), window: null };
  if (rule?.rule === 'stored') return byFullRange(pixels);
  const visible = countVisible(pixels);
  if (colours === 3 && !channelsGoTogether(pixels, visible.alpha, findWindow(visible.histogram))) {
    return byFullRange(pixels);
  }
  const { range, source } = findOwnWindow(visible.histogram, rule);
  const { low, high } = isInverted ? turn(range, 0xffff) : range;
  return {
    channels: colours,
    data: applyWindow({ data, channels }, colours, range),
    window: { center: (low + high) / 2, width: high - low, function: 'LINEAR_EXACT', source },
  };
}

function byFullRange(pixels: Pixels): WindowedBytes {
  return { channels: pixels.colours, data: highBytes(pixels, pixels.colours), window: FULL_RANGE };
}

function byAskedWindow(pixels: Pixels, asked: ViewWindow, isInverted: boolean): WindowedBytes {
  const { data, channels, colours } = pixels;
  const largest = data.BYTES_PER_ELEMENT === 2 ? 0xffff : 0xff;
  const { center, width, function: shape = 'LINEAR_EXACT' } = asked;
  const window: UsedWindow = { center, width, function: shape, source: 'request' };
  if (shape === 'LINEAR_EXACT') {
    const range = isInverted ? turn(rangeOf(asked), largest) : rangeOf(asked);
    return { channels: colours, data: applyWindow({ data, channels }, colours, range), window };
  }
  const shade = shadeByWindow(window);
  const levelOf = (value: number): number => Math.round(255 * (isInverted ? 1 - shade(largest - value) : shade(value)));
  return { channels: colours, data: applyLevels({ data, channels }, colours, levelOf), window };
}

function turn({ low, high }: ValueRange, largest: number): ValueRange {
  return { low: largest - high, high: largest - low };
}

/** Grey or colours as they are stored, without opacity. */
export function toStored(pixels: Pixels, isInverted: boolean): StoredPixels {
  const { width, height, data, channels, colours } = pixels;
  const isDeep = data.BYTES_PER_ELEMENT === 2;
  const largest = isDeep ? 0xffff : 0xff;
  const length = width * height * colours;
  const stored = isDeep ? new Uint16Array(length) : new Uint8Array(length);
  for (let pixel = 0, at = 0; pixel < data.length; pixel += channels) {
    for (let colour = 0; colour < colours; colour += 1, at += 1) {
      const value = data[pixel + colour]!;
      stored[at] = isInverted ? largest - value : value;
    }
  }
  return { data: stored, dtype: isDeep ? 'uint16' : 'uint8', rows: height, columns: width, samples: colours };
}

/** How many samples have each value: of the visible pixels, or of all where none is visible. */
function countVisible(pixels: Pixels): { readonly histogram: Uint32Array; readonly alpha: number | undefined } {
  const { colours, alpha } = pixels;
  const histogram = countValues(pixels, colours, alpha);
  if (histogram.some((count) => count > 0)) return { histogram, alpha };
  return { histogram: countValues(pixels, colours, undefined), alpha: undefined };
}

interface OwnWindow {
  readonly range: ValueRange;
  readonly source: 'percentiles' | 'range';
}

/**
 * By the rule where it speaks of the image's own values. A window in the values of a modality (`fixed`) or of a file
 * (`file`) means nothing here: a raster file has neither.
 */
function findOwnWindow(histogram: Uint32Array, rule: Exclude<WindowRule, StoredRule> | undefined): OwnWindow {
  switch (rule?.rule) {
    case 'range':
      return { range: toRange(findRange(valuesOf(histogram))), source: 'range' };
    case 'percentiles':
      return { range: toRange(findPercentiles(valuesOf(histogram), rule.low, rule.high)), source: 'percentiles' };
    case 'file':
    case 'fixed':
    case undefined:
      return { range: findWindow(histogram), source: 'percentiles' };
  }
}

function valuesOf(histogram: Uint32Array): ReturnType<typeof valuesOfCounts> {
  return valuesOfCounts(histogram, false, null, (value) => value);
}

function toRange([low, high]: readonly [number, number] = [0, 1]): ValueRange {
  return { low, high: high > low ? high : low + 1 };
}

function withoutExtra({ data, channels, colours }: Pixels): Uint8Array {
  if (channels === colours && data instanceof Uint8Array) return data;
  return applyLevels({ data, channels }, colours, (value) => value);
}
