import { findScopes, MACROS, readScoped } from '../describe/functional-groups.js';
import type { ImageHeader } from '../describe/image-header.js';
import type { ParsedFile } from '../parse/data-set.js';
import { readDecimals, readItem } from '../parse/read-values.js';
import { lookUp, readLut } from './read-lut.js';

/** From stored values to those of the modality: Hounsfield units, optical density, dose. */
export interface ModalityTransform {
  readonly kind: 'none' | 'rescale' | 'lut';
  readonly slope: number;
  readonly intercept: number;
  readonly apply: (stored: number) => number;
}

/** Modality LUT Sequence, else rescale slope and intercept of the frame, else the stored value itself. */
export function findModalityTransform(file: ParsedFile, header: ImageHeader, frame: number): ModalityTransform {
  const { dataSet, encoding } = file;
  const item = readItem(dataSet, 'x00283000');
  const options = { isSigned: header.signed, littleEndian: encoding.littleEndian };
  const lut = item && readLut(item, 'x00283002', 'x00283006', options);
  if (lut) return { kind: 'lut', slope: 1, intercept: 0, apply: (stored) => lookUp(lut, stored) };
  const scale = readScoped(findScopes(dataSet, frame, MACROS.pixelValues), (scope) => {
    const [slope] = readDecimals(scope, 'x00281053');
    const [intercept] = readDecimals(scope, 'x00281052');
    if (slope === undefined && intercept === undefined) return undefined;
    return { slope: slope ?? 1, intercept: intercept ?? 0 };
  });
  // A slope of 0 would make every value the same; it is written by mistake where 1 is meant.
  const isUsable = scale && Number.isFinite(scale.slope) && Number.isFinite(scale.intercept) && scale.slope !== 0;
  if (!isUsable || (scale.slope === 1 && scale.intercept === 0)) {
    return { kind: 'none', slope: 1, intercept: 0, apply: (stored) => stored };
  }
  const { slope, intercept } = scale;
  return { kind: 'rescale', slope, intercept, apply: (stored) => stored * slope + intercept };
}
