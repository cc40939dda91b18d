import { describePadding, type PixelPadding } from '../describe/describe-flags.js';
import { describeWindows, findVoiLut } from '../describe/describe-windows.js';
import type { ImageHeader } from '../describe/image-header.js';
import { knownModality } from '../describe/modalities.js';
import type { ParsedFile } from '../parse/data-set.js';
import { readCode } from '../parse/read-values.js';
import { toBytes, ybrToRgb } from '../pixels/colour.js';
import type { StoredFrame } from '../pixels/decode-stored.js';
import type { StoredArray } from '../pixels/samples.js';
import { chooseShading, type UsedWindow } from './choose-window.js';
import { findModalityTransform, type ModalityTransform } from './modality-values.js';
import { applyPalette } from './palette.js';
import { readLut } from './read-lut.js';
import { countStored, isPadding, storedAt, valuesOf, valuesOfCounts, type ValueSet } from './value-set.js';
import type { WindowRule } from './window-rule.js';

/** Pixels for a head or a person, in the file's own grid. */
export interface ShownFrame {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  /** uint8 [height, width, channels], row-major, grey or RGB. */
  readonly data: Uint8Array;
  /** The window that was used, in values after the modality LUT; null for colour. */
  readonly window: UsedWindow | null;
  /** How stored values became those of the modality. */
  readonly modality: Pick<ModalityTransform, 'kind' | 'slope' | 'intercept'>;
  readonly photometric: 'as stored' | 'inverted' | 'palette' | 'luma and chroma to RGB';
  readonly padding: PixelPadding | null;
}

export function showFrame(
  file: ParsedFile,
  header: ImageHeader,
  stored: StoredFrame,
  frame: number,
  rule: WindowRule,
): ShownFrame {
  const size = { width: stored.columns, height: stored.rows };
  const padding = describePadding(file.dataSet, header);
  if (header.photometric === 'PALETTE COLOR') {
    const data = applyPalette(stored.data, file, header);
    return { ...size, channels: 3, data, window: null, modality: UNTOUCHED, photometric: 'palette', padding };
  }
  if (header.samples === 3) {
    const bytes = toBytes(stored.data, header.bitsStored);
    return {
      ...size,
      channels: 3,
      data: stored.isLumaChroma ? ybrToRgb(bytes) : bytes,
      window: null,
      modality: UNTOUCHED,
      photometric: stored.isLumaChroma ? 'luma and chroma to RGB' : 'as stored',
      padding,
    };
  }
  return { ...size, ...showGrey(file, header, stored.data, frame, rule, padding) };
}

const UNTOUCHED = { kind: 'none', slope: 1, intercept: 0 } as const;

type GreyFrame = Omit<ShownFrame, 'width' | 'height'>;

function showGrey(
  file: ParsedFile,
  header: ImageHeader,
  stored: StoredArray,
  frame: number,
  rule: WindowRule,
  padding: PixelPadding | null,
): GreyFrame {
  const transform = findModalityTransform(file, header, frame);
  const isSmall = header.pixelType === 'integer' && header.bitsAllocated <= 16;
  const counts = isSmall ? countStored(stored) : undefined;
  let values: ValueSet | undefined;
  const { shade, window } = chooseShading(rule, {
    header,
    modality: knownModality(readCode(file.dataSet, 'x00080060')),
    windows: describeWindows(file.dataSet, frame),
    voiLut: readVoiLut(file, header, frame),
    apply: transform.apply,
    values: () =>
      (values ??= counts
        ? valuesOfCounts(counts, header.signed, padding, transform.apply)
        : valuesOf(stored, padding, transform.apply)),
  });
  const isInverted = header.photometric === 'MONOCHROME1';
  const grey = (value: number): number => {
    // Padding is black for a person whatever it stands for, and for a head the value of "nothing".
    if (isPadding(value, padding) || !Number.isFinite(value)) return 0;
    const level = Math.round(shade(transform.apply(value)) * 255);
    return isInverted ? 255 - level : level;
  };
  const { kind, slope, intercept } = transform;
  return {
    channels: 1,
    data: counts ? shadeByTable(stored, counts, header.signed, grey) : Uint8Array.from(stored, grey),
    window,
    modality: { kind, slope, intercept },
    photometric: isInverted ? 'inverted' : 'as stored',
    padding,
  };
}

/** Only values that occur are shaded, each once. */
function shadeByTable(
  stored: StoredArray,
  counts: Uint32Array,
  signed: boolean,
  grey: (value: number) => number,
): Uint8Array {
  const table = new Uint8Array(counts.length);
  for (let at = 0; at < counts.length; at += 1) if (counts[at]! > 0) table[at] = grey(storedAt(at, signed));
  const data = new Uint8Array(stored.length);
  for (let index = 0; index < stored.length; index += 1) data[index] = table[stored[index]! & 0xffff]!;
  return data;
}

/** The first value of a VOI LUT is in the modality's values: signed where those may be negative. */
function readVoiLut(file: ParsedFile, header: ImageHeader, frame: number) {
  const item = findVoiLut(file.dataSet, frame);
  if (!item) return undefined;
  const { kind, intercept } = findModalityTransform(file, header, frame);
  const isSigned = kind === 'lut' ? false : header.signed || intercept < 0;
  return readLut(item, 'x00283002', 'x00283006', { isSigned, littleEndian: file.encoding.littleEndian });
}
