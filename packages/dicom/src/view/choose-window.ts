import type { DisplayWindow } from '../describe/describe-windows.js';
import type { ImageHeader } from '../describe/image-header.js';
import { lookUp, type LookupTable } from './read-lut.js';
import { findPercentiles, findRange, type ValueSet } from './value-set.js';
import type { WindowRule } from './window-rule.js';

/** The window that was used, and where it came from. */
export interface UsedWindow extends DisplayWindow {
  readonly source: 'file' | 'file-lut' | 'modality' | 'fixed' | 'percentiles' | 'range' | 'stored';
}

/** From a value after the modality LUT to 0..1. */
export interface Shading {
  readonly window: UsedWindow;
  readonly shade: (value: number) => number;
}

/** What a rule may draw on. */
export interface WindowFacts {
  readonly header: Pick<ImageHeader, 'bitsStored' | 'signed' | 'pixelType'>;
  readonly modality: string | null;
  readonly windows: readonly DisplayWindow[];
  readonly voiLut: LookupTable | undefined;
  readonly apply: (stored: number) => number;
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
      if (facts.voiLut) return lutShading(facts.voiLut);
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
  const { header, apply } = facts;
  if (header.pixelType !== 'integer') return { ...rangeWindow(facts), source: 'stored' };
  const smallest = header.signed ? -(2 ** (header.bitsStored - 1)) : 0;
  const ends = [apply(smallest), apply(smallest + 2 ** header.bitsStored - 1)];
  return between([Math.min(...ends), Math.max(...ends)], 'stored');
}

/** The usual window of a modality, where a file names none. */
function modalityWindow(facts: WindowFacts): UsedWindow {
  const { modality, header } = facts;
  if (modality === 'CT') return { ...SOFT_TISSUE, source: 'modality' };
  const isWhole = header.bitsStored <= 8 || (modality !== null && WHOLE_DEPTH_MODALITIES.has(modality));
  if (isWhole && header.bitsStored > 1 && header.pixelType === 'integer')
    return { ...storedWindow(facts), source: 'modality' };
  return { ...between(findPercentiles(facts.values(), 1, 99), 'percentiles'), source: 'modality' };
}

/** LINEAR_EXACT from the smaller to the larger value; one value alone is shown as black. */
function between(ends: readonly [number, number] | undefined, source: UsedWindow['source']): UsedWindow {
  const [low, high] = ends ?? [0, 0];
  const width = high > low ? high - low : 1;
  return { center: low + width / 2, width, function: 'LINEAR_EXACT', source };
}

/** PS3.3, C.11.2.1.2.1 and C.11.2.1.3. */
function windowShading(window: UsedWindow): Shading {
  const { center, width } = window;
  if (window.function === 'SIGMOID') {
    return { window, shade: (value) => 1 / (1 + Math.exp((-4 * (value - center)) / width)) };
  }
  const isExact = window.function === 'LINEAR_EXACT';
  const span = isExact ? width : Math.max(width - 1, Number.MIN_VALUE);
  const low = (isExact ? center : center - 0.5) - (isExact ? width : width - 1) / 2;
  return { window, shade: (value) => Math.min(1, Math.max(0, (value - low) / span)) };
}

function lutShading(lut: LookupTable): Shading {
  // Some tables declare 16 bits and use 12: their own largest entry is then white.
  const largest = lut.entries.reduce((most, entry) => Math.max(most, entry), 1);
  const white = largest <= 2 ** lut.bits - 1 ? 2 ** lut.bits - 1 : largest;
  const width = lut.entries.length;
  return {
    window: { center: lut.first + width / 2, width, function: 'LINEAR', source: 'file-lut' },
    shade: (value) => lookUp(lut, value) / white,
  };
}
