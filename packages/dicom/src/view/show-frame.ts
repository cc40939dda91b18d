import {
  shadeGrey,
  type UsedWindow,
  type PixelPadding,
  type Shading,
  type StoredArray,
  type WindowRule,
} from '@medzoo/core/contract';
import { describePadding } from '../describe/describe-flags.js';
import { describeWindows, findVoiLut } from '../describe/describe-windows.js';
import type { ImageHeader } from '../describe/image-header.js';
import { knownModality } from '../describe/modalities.js';
import type { ParsedFile } from '../parse/data-set.js';
import { readCode } from '../parse/read-values.js';
import { toBytes, ybrToRgb } from '../pixels/colour.js';
import type { StoredFrame } from '../pixels/decode-stored.js';
import { findModalityTransform, type ModalityTransform } from './modality-values.js';
import { applyPalette } from './palette.js';
import { lookUp, readLut } from './read-lut.js';

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
  const { apply, kind, slope, intercept } = transform;
  // Not one against the other: DX and MG have to say INVERSE beside MONOCHROME1 (PS3.3, C.8.11.3).
  const isInverted =
    header.photometric === 'MONOCHROME1' || readCode(file.dataSet, 'x20500020')?.toUpperCase() === 'INVERSE';
  const facts = {
    modality: knownModality(readCode(file.dataSet, 'x00080060')),
    bitsStored: header.bitsStored,
    windows: describeWindows(file.dataSet, frame),
    fileShading: findFileShading(file, header, frame, transform),
    storedEnds: findStoredEnds(header, apply),
    apply,
    padding,
    isInverted,
  };
  const { data, window } = shadeGrey(stored, facts, rule);
  const photometric = isInverted ? 'inverted' : 'as stored';
  return { channels: 1, data, window, modality: { kind, slope, intercept }, photometric, padding };
}

function findStoredEnds(
  { pixelType, signed, bitsStored }: ImageHeader,
  apply: (stored: number) => number,
): readonly [number, number] | undefined {
  if (pixelType !== 'integer') return undefined;
  const smallest = signed ? -(2 ** (bitsStored - 1)) : 0;
  return [apply(smallest), apply(smallest + 2 ** bitsStored - 1)];
}

/** The frame's VOI LUT. Its first value is in the modality's values: signed where those may be negative. */
function findFileShading(
  file: ParsedFile,
  header: ImageHeader,
  frame: number,
  { kind, intercept }: ModalityTransform,
): Shading | undefined {
  const item = findVoiLut(file.dataSet, frame);
  const isSigned = kind === 'lut' ? false : header.signed || intercept < 0;
  const { littleEndian } = file.encoding;
  const lut = item && readLut(item, 'x00283002', 'x00283006', { isSigned, littleEndian });
  if (!lut) return undefined;
  // Some tables declare fewer bits than their entries have: their own largest entry is then white.
  const white = lut.entries.reduce((most, entry) => Math.max(most, entry), 2 ** lut.bits - 1);
  const width = lut.entries.length;
  return {
    window: { center: lut.first + width / 2, width, function: 'LINEAR', source: 'file-lut' },
    shade: (value) => lookUp(lut, value) / white,
  };
}
