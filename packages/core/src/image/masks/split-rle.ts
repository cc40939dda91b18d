import type { Rle } from '../../contract/index.js';
import { addRun, writeRuns, type Run } from './rle.js';
import { labelParts, segmentsOf } from './segments.js';

/** The 4-connected parts of a mask, each a mask of the same size, largest first; none for an empty mask. */
export function splitRle(rle: Rle): Rle[] {
  const { height } = rle.size;
  const segments = segmentsOf(rle);
  const parts: { area: number; readonly runs: Run[] }[] = [];
  for (const [segment, label] of labelParts(segments).entries()) {
    const part = (parts[label] ??= { area: 0, runs: [] });
    const [top, bottom] = [segments.tops[segment]!, segments.bottoms[segment]!];
    const offset = segments.columns[segment]! * height;
    part.area += bottom - top;
    addRun(part.runs, offset + top, offset + bottom); // one that reaches the bottom goes on at the next column's top
  }
  return parts.sort((a, b) => b.area - a.area).map(({ runs }) => writeRuns(runs, rle.size));
}
