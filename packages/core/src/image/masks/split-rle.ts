import type { Rle } from '../../contract/index.js';
import { writeRuns, type Run } from './rle.js';
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
    addSegment(part.runs, offset + top, offset + bottom);
  }
  return parts.sort((a, b) => b.area - a.area).map(({ runs }) => writeRuns(runs, rle.size));
}

/** A segment that reaches the bottom and the next column's top are one run. */
function addSegment(runs: Run[], start: number, end: number): void {
  const last = runs.at(-1);
  if (last?.end === start) runs[runs.length - 1] = { start: last.start, end };
  else runs.push({ start, end });
}
