import { chooseShading, type UsedWindow, type WindowFacts } from './apply-window-rule.js';
import {
  countStored,
  isPadding,
  storedAt,
  valuesOf,
  valuesOfCounts,
  type PixelPadding,
  type StoredArray,
  type ValueSet,
} from './value-set.js';
import type { WindowRule } from './window-rule.js';

/** What a file says of its grey values, beside what a window rule draws on. */
export interface GreyFacts extends Omit<WindowFacts, 'values'> {
  /** From a stored value to that of the modality. */
  readonly apply: (stored: number) => number;
  readonly padding: PixelPadding | null;
  /** Whether the smallest value is white (MONOCHROME1). */
  readonly isInverted: boolean;
}

/**
 * Stored values to 8-bit grey by a window rule; uint8, in the order of `stored`. Inverting comes last. Padding, and
 * what is no number, is black and counts for no statistic.
 */
export function shadeGrey(
  stored: StoredArray,
  facts: GreyFacts,
  rule: WindowRule,
): { readonly data: Uint8Array; readonly window: UsedWindow } {
  const { apply, padding, isInverted } = facts;
  const isSmall = stored.BYTES_PER_ELEMENT <= 2;
  const isSigned = stored instanceof Int8Array || stored instanceof Int16Array;
  const counts = isSmall ? countStored(stored) : undefined;
  const values = (): ValueSet =>
    counts ? valuesOfCounts(counts, isSigned, padding, apply) : valuesOf(stored, padding, apply);
  const { shade, window } = chooseShading(rule, { ...facts, values });
  const grey = (value: number): number => {
    if (isPadding(value, padding) || !Number.isFinite(value)) return 0;
    const level = Math.round(shade(apply(value)) * 255);
    return isInverted ? 255 - level : level;
  };
  return { data: counts ? shadeByTable(stored, counts, isSigned, grey) : Uint8Array.from(stored, grey), window };
}

/** Only values that occur are shaded, each once. */
function shadeByTable(
  stored: StoredArray,
  counts: Uint32Array,
  isSigned: boolean,
  grey: (value: number) => number,
): Uint8Array {
  const table = new Uint8Array(counts.length);
  for (let at = 0; at < counts.length; at += 1) if (counts[at]! > 0) table[at] = grey(storedAt(at, isSigned));
  const data = new Uint8Array(stored.length);
  for (let index = 0; index < stored.length; index += 1) data[index] = table[stored[index]! & 0xffff]!;
  return data;
}
