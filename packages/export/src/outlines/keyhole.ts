import type { Point, Polygon } from '@medzoo/core/contract';

/** Holes times points: each hole looks for the nearest of all points. This many take about a second. */
const MOST_STEPS = 2e8;

/** Whether `toKeyhole` has an end that is worth waiting for; masks of thousands of holes are noise. */
export function isSimpleEnough(polygon: Polygon): boolean {
  return polygon.holes.length * countPoints(polygon) <= MOST_STEPS;
}

/**
 * A polygon as one closed ring: each hole is reached over a channel of no width, as PS3.3 (C.8.8.6.3) asks of contours
 * that are one curve. Filled by either rule, even-odd or non-zero, it has the polygon's pixels. The first point is not
 * repeated.
 */
export function toKeyhole(polygon: Polygon): Point[] {
  if (polygon.holes.length === 0) return [...polygon.exterior];
  const ring = createRing(countPoints(polygon) + 2 * polygon.holes.length);
  ring.insert(polygon.exterior, -1);
  // From left to right: the channel to a hole then starts at the outline or at a hole that is reached already.
  const byLeft = polygon.holes.map(startAtLeft).sort((a, b) => a[0]!.x - b[0]!.x);
  for (const hole of byLeft) {
    const at = ring.findNearest(hole[0]!);
    ring.insert([...hole, hole[0]!, ring.pointAt(at)], at);
  }
  return ring.toPoints();
}

function countPoints({ exterior, holes }: Polygon): number {
  return holes.reduce((sum, hole) => sum + hole.length, exterior.length);
}

function startAtLeft(ring: readonly Point[]): Point[] {
  let left = 0;
  ring.forEach(({ x }, index) => {
    if (x < ring[left]!.x) left = index;
  });
  return [...ring.slice(left), ...ring.slice(0, left)];
}

/**
 * A closed list of points in flat arrays: a point is inserted without moving others, and a search reads memory in
 * order.
 */
function createRing(capacity: number) {
  const [xs, ys, next] = [new Float64Array(capacity), new Float64Array(capacity), new Int32Array(capacity)];
  let count = 0;
  return {
    /** Behind the point at `at`; -1 for the first ones. */
    insert(points: readonly Point[], at: number): void {
      const end = at < 0 ? 0 : next[at]!;
      if (at >= 0) next[at] = count;
      for (const { x, y } of points) {
        [xs[count], ys[count], next[count]] = [x, y, count + 1];
        count += 1;
      }
      next[count - 1] = end;
    },
    findNearest({ x, y }: Point): number {
      let [best, at] = [Infinity, 0];
      for (let index = 0; index < count; index += 1) {
        const distance = (xs[index]! - x) ** 2 + (ys[index]! - y) ** 2;
        if (distance < best) {
          best = distance;
          at = index;
        }
      }
      return at;
    },
    pointAt: (at: number): Point => ({ x: xs[at]!, y: ys[at]! }),
    toPoints(): Point[] {
      const points: Point[] = [];
      for (let at = 0; points.length < count; at = next[at]!) points.push({ x: xs[at]!, y: ys[at]! });
      return points;
    },
  };
}
