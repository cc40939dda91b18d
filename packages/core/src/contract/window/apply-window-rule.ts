import { findPercentiles, findRange, type ValueSet } from './value-set.js';
import type { WindowRule } from './window-rule.js';

/** DICOM PS3.3, C.11.2.1.3. */
export const WINDOW_FUNCTIONS = ['LINEAR', 'LINEAR_EXACT', 'SIGMOID'] as const;

export type WindowFunction = (typeof WINDOW_FUNCTIONS)[number];

/** Which values become black and white, in values after the modality LUT (Hounsfield units for CT). */
export interface DisplayWindow {
  readonly center: number;
  readonly width: number;
  readonly function: WindowFunction;
}

/** The window that was used, and where it came from. */
export interface UsedWindow extends DisplayWindow {
  /**
   * `request`: the caller gave it. `file`, `file-lut`: the file's own window, or its table. `modality`: the usual one
   * of its kind. `fixed`: one for all images, which the model declares. `percentiles`: most of the image's own values.
   * `range`: all of them. `stored`: all that the file's bits allow, also for colours of 16 bits that do not go
   * together.
   */
  readonly source: 'request' | 'file' | 'file-lut' | 'modality' | 'fixed' | 'percentiles' | 'range' | 'stored';
}

/** From a value after the modality LUT to 0..1. */
export interface Shading {
  readonly window: UsedWindow;
  readonly shade: (value: number) => number;
}

/** What a rule may draw on. */
export interface WindowFacts {
  /** The standard's code (CT, MR ...), if it is known. */
  readonly modality: string | null;
  readonly bitsStored: number;
  /** The file's own windows, in its order. */
  readonly windows: readonly DisplayWindow[];
  /** The file's table in place of a window, if it has one. */
  readonly fileShading?: Shading | undefined;
  /** Smallest and largest value that can be stored, after the modality LUT; undefined for floats, which have none. */
  readonly storedEnds: readonly [number, number] | undefined;
  /** Made only if a rule needs it. */
  readonly values: () => ValueSet;
}

const SOFT_TISSUE = { center: 40, width: 400, function: 'LINEAR' } as const;
const WHOLE_DEPTH_MODALITIES = new Set(['US', 'IVUS', 'SC', 'ES', 'XC', 'GM', 'SM', 'OP', 'DOC']);

export function chooseShading(rule: WindowRule, facts: WindowFacts): Shading {
  switch (rule.rule) {
    case 'file': {
      const window = facts.windows[rule.index ?? 0] ?? facts.windows[0];
      if (window) return windowShading({ ...window, source: 'file' });
      if (facts.fileShading) return facts.fileShading;
      return windowShading(rule.otherwise === 'range' ? rangeWindow(facts) : modalityWindow(facts));
    }
    case 'fixed':
      return windowShading({
        center: rule.center,
        width: rule.width,
        function: rule.function ?? 'LINEAR',
        source: 'fixed',
      });
    case 'percentiles':
      return windowShading(between(findPercentiles(facts.values(), rule.low, rule.high), 'percentiles'));
    case 'range':
      return windowShading(rangeWindow(facts));
    case 'stored':
      return windowShading(storedWindow(facts));
  }
}

function rangeWindow({ values }: WindowFacts): UsedWindow {
  return between(findRange(values()), 'range');
}

function storedWindow(facts: WindowFacts): UsedWindow {
  const { storedEnds } = facts;
  if (!storedEnds) return { ...rangeWindow(facts), source: 'stored' };
  return between([Math.min(...storedEnds), Math.max(...storedEnds)], 'stored');
}

/** The usual window of a modality, where a file names none. */
function modalityWindow(facts: WindowFacts): UsedWindow {
  const { modality, bitsStored, storedEnds } = facts;
  if (modality === 'CT') return { ...SOFT_TISSUE, source: 'modality' };
  const isWhole = bitsStored <= 8 || (modality !== null && WHOLE_DEPTH_MODALITIES.has(modality));
  if (isWhole && bitsStored > 1 && storedEnds !== undefined) return { ...storedWindow(facts), source: 'modality' };
  return { ...between(findPercentiles(facts.values(), 1, 99), 'percentiles'), source: 'modality' };
}

/** LINEAR_EXACT from the smaller to the larger value; one value alone is shown as black. */
function between(ends: readonly [number, number] | undefined, source: UsedWindow['source']): UsedWindow {
  const [low, high] = ends ?? [0, 0];
  const width = high > low ? high - low : 1;
  return { center: low + width / 2, width, function: 'LINEAR_EXACT', source };
}

function windowShading(window: UsedWindow): Shading {
  return { window, shade: shadeByWindow(window) };
}

/** From a value to 0..1: PS3.3, C.11.2.1.2.1 and C.11.2.1.3. */
export function shadeByWindow({ center, width, function: shape }: DisplayWindow): (value: number) => number {
  if (shape === 'SIGMOID') return (value) => 1 / (1 + Math.exp((-4 * (value - center)) / width));
  const isExact = shape === 'LINEAR_EXACT';
  const span = isExact ? width : Math.max(width - 1, Number.MIN_VALUE);
  const low = (isExact ? center : center - 0.5) - (isExact ? width : width - 1) / 2;
  return (value) => Math.min(1, Math.max(0, (value - low) / span));
}
