import type { PixelPadding } from '@medzoo/core/contract';
import type { DataSet, ParsedFile } from '../parse/data-set.js';
import { readCode, readNumbers } from '../parse/read-values.js';
import type { ImageHeader } from './image-header.js';

export interface ImageFlags {
  /** BurnedInAnnotation. 'unknown' is not 'no': names are often drawn into ultrasound and secondary captures. */
  readonly burnedIn: 'yes' | 'no' | 'unknown';
  /** Whether values were lost at some time, as the file or its transfer syntax says. */
  readonly lossy: boolean;
  /** Overlay planes, which are a layer of their own and never drawn into what is decoded. */
  readonly overlays: number;
  /** Stored values that mean "no data": one, or from `from` to `to`. They count for no statistic. */
  readonly padding: PixelPadding | null;
}

export function describeFlags({ dataSet, transferSyntax }: ParsedFile, header: ImageHeader): ImageFlags {
  const burnedIn = readCode(dataSet, 'x00280301');
  return {
    burnedIn: burnedIn === 'YES' ? 'yes' : burnedIn === 'NO' ? 'no' : 'unknown',
    lossy: readCode(dataSet, 'x00282110') === '01' || transferSyntax.lossy,
    overlays: countOverlays(dataSet),
    padding: describePadding(dataSet, header),
  };
}

/** Groups 6000 to 601E, even ones (PS3.3, C.9.2), by their rows. */
function countOverlays(dataSet: DataSet): number {
  let count = 0;
  for (let group = 0x6000; group <= 0x601e; group += 2) if (dataSet.elements[`x${group.toString(16)}0010`]) count += 1;
  return count;
}

export function describePadding(dataSet: DataSet, { pixelType, signed }: ImageHeader): PixelPadding | null {
  const kind = pixelType === 'integer' ? (signed ? 'int16' : 'uint16') : pixelType === 'float32' ? 'float' : 'double';
  const tags =
    pixelType === 'integer'
      ? (['x00280120', 'x00280121'] as const)
      : pixelType === 'float32'
        ? (['x00280122', 'x00280124'] as const)
        : (['x00280123', 'x00280125'] as const);
  const value = readNumbers(dataSet, tags[0], kind)[0];
  if (value === undefined) return null;
  const limit = readNumbers(dataSet, tags[1], kind)[0] ?? value;
  return { from: Math.min(value, limit), to: Math.max(value, limit) };
}
