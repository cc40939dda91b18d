import type { Rle } from '../../contract/index.js';
import { readRuns } from './rle.js';

/**
 * A mask cut into its columns' segments, from left to right and top to bottom. Column x has the segments `offsets[x]`
 * up to, not including, `offsets[x + 1]`; a segment is mask from row `tops[i]` up to, not including, `bottoms[i]`. Flat
 * arrays, because a large mask has a hundred thousand segments, and as objects they would keep the garbage collector
 * busy.
 */
export interface Segments {
  readonly offsets: Int32Array;
  readonly columns: Int32Array;
  readonly tops: Int32Array;
  readonly bottoms: Int32Array;
}

export function segmentsOf(rle: Rle): Segments {
  const { width, height } = rle.size;
  const runs = readRuns(rle);
  const count = runs.reduce(
    (sum, { start, end }) => sum + Math.floor((end - 1) / height) - Math.floor(start / height) + 1,
    0,
  );
  const [columns, tops, bottoms] = [new Int32Array(count), new Int32Array(count), new Int32Array(count)];
  const offsets = new Int32Array(width + 1);
  let at = 0;
  for (const run of runs) {
    for (let start = run.start; start < run.end; at += 1) {
      const x = Math.floor(start / height);
      const end = Math.min(run.end, (x + 1) * height);
      columns[at] = x;
      tops[at] = start - x * height;
      bottoms[at] = end - x * height;
      offsets[x + 1] = at + 1;
      start = end;
    }
  }
  for (let x = 1; x <= width; x += 1) offsets[x] = Math.max(offsets[x]!, offsets[x - 1]!);
  return { offsets, columns, tops, bottoms };
}

/**
 * Calls back for each segment of column `x` and each of column `x + dx` that meet when the latter is read `dy` rows
 * further down, with the number of rows they share. Linear in the segments of both columns.
 */
export function forEachMeeting(
  { offsets, tops, bottoms }: Segments,
  x: number,
  [dx, dy]: readonly [number, number],
  meet: (segment: number, other: number, rows: number) => void,
): void {
  const end = offsets[x + dx + 1] ?? 0;
  let next = offsets[x + dx] ?? 0;
  for (let segment = offsets[x]!; segment < offsets[x + 1]!; segment += 1) {
    const top = tops[segment]! + dy;
    const bottom = bottoms[segment]! + dy;
    while (next < end && bottoms[next]! <= top) next += 1;
    for (let other = next; other < end && tops[other]! < bottom; other += 1) {
      meet(segment, other, Math.min(bottom, bottoms[other]!) - Math.max(top, tops[other]!));
    }
  }
}

export function countPixels({ tops, bottoms }: Segments): number {
  return tops.reduce((sum, top, segment) => sum + bottoms[segment]! - top, 0);
}

/**
 * The 4-connected part of each segment, numbered from 0 in order of appearance: neighbours that share a row belong
 * together.
 */
export function labelParts(segments: Segments): Int32Array {
  const parents = Int32Array.from(segments.tops, (_, segment) => segment);
  const rootOf = (part: number): number => {
    let root = part;
    while (parents[root] !== root) root = parents[root] = parents[parents[root]!]!;
    return root;
  };
  for (let x = 0; x + 2 < segments.offsets.length; x += 1) {
    forEachMeeting(segments, x, [1, 0], (segment, other) => (parents[rootOf(other)] = rootOf(segment)));
  }
  const numbers = new Int32Array(parents.length).fill(-1);
  let count = 0;
  return parents.map((_, segment) => {
    const root = rootOf(segment);
    if (numbers[root] === -1) numbers[root] = count++;
    return numbers[root]!;
  });
}
