import type { DisplayWindow } from '@medzoo/core/contract';
import type { Grid } from './choose-grid.js';
import type { Vector, Volume } from './volume.js';

/**
 * What is in the file, without its voxels and without any of its texts. Keys are those of a DICOM file's description.
 */
export interface NiftiDescription {
  readonly format: 'nifti' | 'mgh';
  readonly version: number;
  readonly transferSyntax: null;
  readonly sopClass: null;
  readonly kind: 'image';
  /** These formats do not say. */
  readonly modality: null;
  readonly bodyPart: null;
  /** Of a slice as `decodeFrame` shows it. */
  readonly rows: number;
  readonly columns: number;
  /** All slices of all volumes; volume by volume. */
  readonly frames: number;
  readonly slices: number;
  readonly volumes: number;
  readonly samples: 1 | 3;
  readonly photometric: 'MONOCHROME2' | 'RGB';
  readonly dtype: Volume['type']['name'];
  readonly bitsStored: number;
  readonly signed: boolean;
  readonly spacing: {
    readonly x: number;
    readonly y: number;
    /** Between slices. */
    readonly z: number;
    readonly unit: 'mm';
    readonly source: 'affine' | 'header' | 'header without a unit';
  };
  readonly pixelAspectRatio: number;
  readonly windows: readonly DisplayWindow[];
  readonly flags: { readonly burnedIn: 'unknown'; readonly lossy: false; readonly overlays: 0; readonly padding: null };
  /** How voxels became pictures: which of i, j and k columns and rows follow. */
  readonly grid: Grid;
  /**
   * Where the first pixel of the frame lies, and how columns and rows run: LPS millimetres and unit vectors, as in
   * DICOM.
   */
  readonly geometry: {
    readonly position: Vector;
    readonly orientation: { readonly row: Vector; readonly column: Vector };
  } | null;
}

export function describeVolume(volume: Volume, grid: Grid, frame: number): NiftiDescription {
  const { format, version, size, volumes, type, spacing, affine, hasUnit, display } = volume;
  const slices = size[grid.slice];
  const x = spacing[grid.columns.axis];
  const y = spacing[grid.rows.axis];
  const isColour = type.name === 'rgb24' || type.name === 'rgba32';
  return {
    format,
    version,
    transferSyntax: null,
    sopClass: null,
    kind: 'image',
    modality: null,
    bodyPart: null,
    rows: size[grid.rows.axis],
    columns: size[grid.columns.axis],
    frames: slices * volumes,
    slices,
    volumes,
    samples: isColour ? 3 : 1,
    photometric: isColour ? 'RGB' : 'MONOCHROME2',
    dtype: type.name,
    bitsStored: isColour ? 8 : type.bytes * 8,
    signed: !type.name.startsWith('u') && !isColour,
    spacing: { x, y, z: spacing[grid.slice], unit: 'mm', source: nameSource(affine !== null, hasUnit) },
    pixelAspectRatio: y / x,
    windows: display ? [toWindow(display)] : [],
    flags: { burnedIn: 'unknown', lossy: false, overlays: 0, padding: null },
    grid,
    geometry: affine && placeFrame(volume, grid, frame % slices),
  };
}

function nameSource(isPlaced: boolean, hasUnit: boolean): NiftiDescription['spacing']['source'] {
  if (!hasUnit) return 'header without a unit';
  return isPlaced ? 'affine' : 'header';
}

/** cal_min is black and cal_max white. */
function toWindow({ low, high }: { readonly low: number; readonly high: number }): DisplayWindow {
  return { center: low + (high - low) / 2, width: high - low, function: 'LINEAR_EXACT' };
}

/** Null for a sheared volume, whose rows and columns do not meet at right angles. */
function placeFrame(
  { affine, size }: Volume,
  { slice, columns, rows }: Grid,
  index: number,
): NiftiDescription['geometry'] {
  if (!affine) return null;
  const voxel: [number, number, number] = [0, 0, 0];
  voxel[slice] = index;
  if (columns.flipped) voxel[columns.axis] = size[columns.axis] - 1;
  if (rows.flipped) voxel[rows.axis] = size[rows.axis] - 1;
  const place = affine.origin.map((value, axis) =>
    affine.steps.reduce((sum, step, along) => sum + step[axis]! * voxel[along]!, value),
  );
  const row = unit(affine.steps[columns.axis], columns.flipped);
  const column = unit(affine.steps[rows.axis], rows.flipped);
  const cosine = row[0] * column[0] + row[1] * column[1] + row[2] * column[2];
  if (Math.abs(cosine) > 1e-3) return null;
  return {
    position: toLps([place[0]!, place[1]!, place[2]!]),
    orientation: { row: toLps(row), column: toLps(column) },
  };
}

function unit(step: Vector, flipped: boolean): Vector {
  const length = Math.hypot(...step) * (flipped ? -1 : 1);
  return [step[0] / length, step[1] / length, step[2] / length];
}

/** DICOM counts to the left and to the back. `+ 0` makes no zero negative. */
function toLps([x, y, z]: Vector): Vector {
  return [-x + 0, -y + 0, z + 0];
}
