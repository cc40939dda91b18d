import type { DataSet } from '../parse/data-set.js';
import { readCode, readItems, readNumbers, readVector } from '../parse/read-values.js';
import { findScopes, MACROS, readScoped } from './functional-groups.js';

/** How large a stored pixel is. */
export interface Spacing {
  /** Between columns, that is along a row. */
  readonly x: number;
  /** Between rows. */
  readonly y: number;
  /**
   * 'mm at detector', or on a film that was scanned, is not the patient's: a projection enlarges by an unknown factor,
   * and a print of CT makes smaller. Never call it millimetres.
   */
  readonly unit: 'mm' | 'mm at detector';
  readonly source: 'PixelSpacing' | 'ImagerPixelSpacing' | 'NominalScannedPixelSpacing' | 'SequenceOfUltrasoundRegions';
  /** Ultrasound: the only parts of the frame in which it holds, in stored pixels. */
  readonly regions?: readonly Region[];
}

/** Files have one to a few; more are not looked at, and pixels then have no size. */
const MOST_REGIONS = 64;

/** Its right and lower edges are inside. */
export interface Region {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** The spacing of one frame, or null where the file does not say how large a pixel is. */
export function describeSpacing(dataSet: DataSet, frame: number): Spacing | null {
  const regions = readItems(dataSet, 'x00186011');
  if (regions.length > MOST_REGIONS) return null;
  if (regions.length > 0) return describeRegions(regions);
  const measured = readScoped(findScopes(dataSet, frame, MACROS.pixelMeasures), (scope) =>
    readPair(scope, 'x00280030'),
  );
  const atDetector = readPair(dataSet, 'x00181164');
  const scanned = readPair(dataSet, 'x00182010');
  if (measured) {
    // PS3.3, 10.7.1.1: equal to either and not calibrated means that nobody has corrected it for magnification.
    const isCorrected =
      readCode(dataSet, 'x00280a02') !== undefined || ![atDetector, scanned].some((other) => isSame(measured, other));
    return { ...measured, unit: isCorrected ? 'mm' : 'mm at detector', source: 'PixelSpacing' };
  }
  if (scanned) return { ...scanned, unit: 'mm at detector', source: 'NominalScannedPixelSpacing' };
  return atDetector ? { ...atDetector, unit: 'mm at detector', source: 'ImagerPixelSpacing' } : null;
}

interface Pair {
  readonly x: number;
  readonly y: number;
}

/** Between rows first, then between columns (PS3.3, 10.7.1.3). */
function readPair(dataSet: DataSet, tag: 'x00280030' | 'x00181164' | 'x00182010'): Pair | undefined {
  const values = readVector(dataSet, tag, 2);
  const [y = 0, x = 0] = values ?? [];
  return x > 0 && y > 0 ? { x, y } : undefined;
}

function isSame(one: Pair, other: Pair | undefined): boolean {
  return other !== undefined && Math.abs(one.x - other.x) < 1e-6 && Math.abs(one.y - other.y) < 1e-6;
}

const CENTIMETRES = 3;
/** PS3.3, C.8.5.5.1.2: 1 is a two-dimensional picture of tissue, 2 colour flow over one. */
const TISSUE = [1, 2];

/**
 * Ultrasound: a region may as well have seconds or speeds on its axes, and there may be several. One spatial region
 * gives its spacing; several do where they agree; otherwise there is none.
 */
function describeRegions(regions: readonly DataSet[]): Spacing | null {
  const [first, ...others] = regions.flatMap((region) => readRegion(region) ?? []);
  if (!first || others.some((other) => !isSame(first, other))) return null;
  const { x, y } = first;
  return {
    x,
    y,
    unit: 'mm',
    source: 'SequenceOfUltrasoundRegions',
    regions: [first, ...others].map(({ region }) => region),
  };
}

function readRegion(item: DataSet): (Pair & { readonly region: Region }) | undefined {
  const [unitX] = readNumbers(item, 'x00186024', 'uint16');
  const [unitY] = readNumbers(item, 'x00186026', 'uint16');
  const [format] = readNumbers(item, 'x00186012', 'uint16');
  if (unitX !== CENTIMETRES || unitY !== CENTIMETRES || (format !== undefined && !TISSUE.includes(format)))
    return undefined;
  const x = Math.abs(readNumbers(item, 'x0018602c', 'double')[0] ?? 0) * 10;
  const y = Math.abs(readNumbers(item, 'x0018602e', 'double')[0] ?? 0) * 10;
  const [left, top, right, bottom] = (['x00186018', 'x0018601a', 'x0018601c', 'x0018601e'] as const).map(
    (tag) => readNumbers(item, tag, 'uint32')[0],
  );
  if (!(x > 0 && y > 0 && Number.isFinite(x * y))) return undefined;
  if (left === undefined || top === undefined || right === undefined || bottom === undefined) return undefined;
  return { x, y, region: { left, top, right, bottom } };
}
