import type { PixelSize, Point } from '../../contract/index.js';
import type { Segments } from '../masks/segments.js';

/** The two points of a mask that are farthest apart. */
export interface Diameter {
  readonly length: number;
  readonly from: Point;
  readonly to: Point;
}

/**
 * The maximum Feret diameter, in the unit of `pixel`: the longest distance between midpoints of the mask's pixel edges,
 * as scikit-image's `feret_diameter_max` has it. A row of n pixels is n long; a digitised smooth shape reads up to one
 * pixel too long. Null for an empty mask.
 */
export function measureLongestDiameter(segments: Segments, pixel: PixelSize): Diameter | null {
  const corners = convexHull(edgeMidpoints(segments)).map(({ x, y }) => ({ x: x * pixel.x, y: y * pixel.y }));
  let longest: Diameter | null = null;
  // A convex lattice polygon in an n x n image has O(n^(2/3)) corners: all pairs are fewer than its pixels.
  corners.forEach((from, index) => {
    for (const to of corners.slice(index + 1)) {
      const length = Math.hypot(to.x - from.x, to.y - from.y);
      if (length > (longest?.length ?? -1)) longest = { length, from, to };
    }
  });
  return longest;
}

/** Of each column's outermost pixels, from left to right: all that can lie on the hull. */
function edgeMidpoints({ offsets, tops, bottoms }: Segments): Point[] {
  const points: Point[] = [];
  for (let x = 0; x + 1 < offsets.length; x += 1) {
    if (offsets[x] === offsets[x + 1]) continue;
    const [top, bottom] = [tops[offsets[x]!]!, bottoms[offsets[x + 1]! - 1]!];
    for (const y of [top + 0.5, bottom - 0.5]) points.push({ x, y }, { x: x + 1, y });
    points.push({ x: x + 0.5, y: top }, { x: x + 0.5, y: bottom });
  }
  return points;
}

/** Andrew's monotone chain. */
function convexHull(points: readonly Point[]): Point[] {
  const sorted = points.toSorted((a, b) => a.x - b.x || a.y - b.y);
  return [...halfHull(sorted), ...halfHull(sorted.toReversed())];
}

/** One side of the hull, without its last point, which begins the other side. */
function halfHull(points: readonly Point[]): Point[] {
  const hull: Point[] = [];
  for (const point of points) {
    while (hull.length > 1 && turn(hull.at(-2)!, hull.at(-1)!, point) <= 0) hull.pop();
    hull.push(point);
  }
  return hull.slice(0, -1);
}

function turn(a: Point, b: Point, c: Point): number {
  return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
}
