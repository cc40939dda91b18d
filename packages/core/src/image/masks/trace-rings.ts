import type { Point, Rle } from '../../contract/index.js';
import { labelParts, segmentsOf } from './segments.js';

/** A closed outline along pixel edges. Exteriors run clockwise as seen (y down), holes the other way. */
export interface Ring {
  readonly points: Point[];
  /** Which 4-connected part of the mask it bounds. */
  readonly part: number;
}

/** Mask pixels of one column, from `top` up to, not including, `bottom`. */
interface Segment {
  readonly x: number;
  readonly top: number;
  readonly bottom: number;
  readonly part: number;
}

/** A directed pixel edge or several in line, the mask to its right as seen. */
interface Edge {
  readonly from: Point;
  readonly to: Point;
  readonly part: number;
}

/** Every outline of the mask. Pixels that touch only at a corner are parted, and no ring passes a point twice. */
export function traceRings(rle: Rle): Ring[] {
  const columns = segmentsByColumn(rle);
  const edges = new EdgeIndex(rle.size.height);
  for (const segment of [...columns.values()].flat()) {
    const { x, top, bottom, part } = segment;
    edges.add({ from: { x, y: top }, to: { x: x + 1, y: top }, part });
    edges.add({ from: { x: x + 1, y: bottom }, to: { x, y: bottom }, part });
    for (const [start, end] of uncovered(segment, columns.get(x - 1) ?? [])) {
      edges.add({ from: { x, y: end }, to: { x, y: start }, part });
    }
    for (const [start, end] of uncovered(segment, columns.get(x + 1) ?? [])) {
      edges.add({ from: { x: x + 1, y: start }, to: { x: x + 1, y: end }, part });
    }
  }
  const rings: Ring[] = [];
  for (let first = edges.takeAny(); first; first = edges.takeAny()) {
    for (const ring of followRing(first, edges)) rings.push(ring);
  }
  return rings;
}

/** Of the columns that have any, from left to right. */
function segmentsByColumn(rle: Rle): ReadonlyMap<number, readonly Segment[]> {
  const columns = new Map<number, Segment[]>();
  const segments = segmentsOf(rle);
  const parts = labelParts(segments);
  segments.columns.forEach((x, index) => {
    const column = columns.get(x) ?? [];
    columns.set(x, column);
    column.push({ x, top: segments.tops[index]!, bottom: segments.bottoms[index]!, part: parts[index]! });
  });
  return columns;
}

/** The stretches of a segment that have no mask beside them in the `neighbours`, which are in order. */
function uncovered({ top, bottom }: Segment, neighbours: readonly Segment[]): [number, number][] {
  const stretches: [number, number][] = [];
  let start = top;
  for (const neighbour of neighbours) {
    if (neighbour.bottom <= start) continue;
    if (neighbour.top >= bottom) break;
    if (neighbour.top > start) stretches.push([start, neighbour.top]);
    start = neighbour.bottom;
  }
  if (start < bottom) stretches.push([start, bottom]);
  return stretches;
}

/** Edges by the point they leave from: one, or two where pixels touch at a corner. */
class EdgeIndex {
  private readonly leaving = new Map<number, Edge[]>();
  /** Keys of `leaving`, of which those before the next one are done with. */
  private readonly starts: number[] = [];
  private nextStart = 0;

  constructor(private readonly height: number) {}

  add(edge: Edge): void {
    const key = this.keyOf(edge.from);
    const others = this.leaving.get(key);
    if (others) others.push(edge);
    else {
      this.leaving.set(key, [edge]);
      this.starts.push(key);
    }
  }

  /**
   * One of those that are left, in the order in which they came: a Map would step over all that were deleted, each
   * time.
   */
  takeAny(): Edge | undefined {
    for (; this.nextStart < this.starts.length; this.nextStart += 1) {
      const edges = this.leaving.get(this.starts[this.nextStart]!);
      if (edges) return this.take(edges[0]!.from, 0);
    }
    return undefined;
  }

  /** The edge that goes on from `edge`; of two, the one to the right, which stays with the same pixel. */
  takeNext({ from, to }: Edge): Edge | undefined {
    const edges = this.leaving.get(this.keyOf(to));
    const isRight = (next: Edge): boolean =>
      (to.x - from.x) * (next.to.y - to.y) - (to.y - from.y) * (next.to.x - to.x) > 0;
    return edges && this.take(to, edges.length > 1 ? edges.findIndex(isRight) : 0);
  }

  private take(point: Point, index: number): Edge | undefined {
    const key = this.keyOf(point);
    const edges = this.leaving.get(key);
    const [edge] = edges?.splice(index, 1) ?? [];
    if (edges?.length === 0) this.leaving.delete(key);
    return edge;
  }

  private keyOf({ x, y }: Point): number {
    return x * (this.height + 1) + y;
  }
}

/**
 * Follows edges from `first` back to its start. A point met twice closes a ring of its own: a hole that touches the
 * outline.
 */
function followRing(first: Edge, edges: EdgeIndex): Ring[] {
  const { part } = first;
  const rings: Ring[] = [];
  const path: Point[] = [];
  const seen = new Map<string, number>();
  for (let edge: Edge | undefined = first; edge; edge = edges.takeNext(edge)) {
    const key = `${edge.from.x},${edge.from.y}`;
    const before = seen.get(key);
    if (before !== undefined) {
      const loop = path.splice(before);
      for (const { x, y } of loop) seen.delete(`${x},${y}`);
      rings.push({ points: withoutCollinear(loop), part });
    }
    seen.set(key, path.length);
    path.push(edge.from);
  }
  return [...rings, { points: withoutCollinear(path), part }];
}

/** Drops points at which an axis-parallel ring goes straight on. */
function withoutCollinear(points: readonly Point[]): Point[] {
  return points.filter(({ x, y }, index) => {
    const before = points.at(index - 1)!;
    const after = points[(index + 1) % points.length]!;
    return !((before.x === x && x === after.x) || (before.y === y && y === after.y));
  });
}
