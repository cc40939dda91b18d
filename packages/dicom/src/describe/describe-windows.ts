import type { DisplayWindow, WindowFunction } from '@medzoo/core/contract';
import type { DataSet } from '../parse/data-set.js';
import { readCode, readDecimals, readItems } from '../parse/read-values.js';
import { findScopes, MACROS, readScoped } from './functional-groups.js';

/** All windows of a frame in the file's order; those that are no window (width 0, no number) are left out. */
export function describeWindows(dataSet: DataSet, frame: number): readonly DisplayWindow[] {
  return readScoped(findScopes(dataSet, frame, MACROS.frameVoi), readWindows) ?? [];
}

function readWindows(scope: DataSet): readonly DisplayWindow[] | undefined {
  const centers = readDecimals(scope, 'x00281050');
  const widths = readDecimals(scope, 'x00281051');
  const named = readCode(scope, 'x00281056');
  const windowFunction: WindowFunction = named === 'LINEAR_EXACT' || named === 'SIGMOID' ? named : 'LINEAR';
  const smallest = windowFunction === 'LINEAR' ? 1 : Number.MIN_VALUE;
  const windows = centers.flatMap((center, index) => {
    const width = widths[index] ?? Number.NaN;
    return Number.isFinite(center) && width >= smallest && Number.isFinite(width)
      ? [{ center, width, function: windowFunction }]
      : [];
  });
  return windows.length > 0 ? windows : undefined;
}

/** The data set that holds a frame's VOI LUT Sequence, if one does. */
export function findVoiLut(dataSet: DataSet, frame: number): DataSet | undefined {
  return readScoped(findScopes(dataSet, frame, MACROS.frameVoi), (scope) => readItems(scope, 'x00283010')[0]);
}
