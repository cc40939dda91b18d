import type { Point, Polygon, Rle } from '../contract/index.js';
import { traceRings } from './trace-rings.js';

/**
 * The mask's outlines along pixel edges, one polygon for each 4-connected part, largest first: filling them gives the mask
 * back exactly. With a `tolerance` in pixels, points that lie closer than that to the simplified outline are left out.
 */
export function rleToPolygons(rle: Rle, { tolerance = 0 }: { readonly tolerance?: number } = {}): Polygon[] {
  const parts = new Map<number, { exterior: readonly Point[]; area: number; holes: (readonly Point[])[] }>();
  for (const { points, part } of traceRings(rle)) {
    const polygon = parts.get(part) ?? { exterior: [], area: 0, holes: [] };
    parts.set(part, polygon);
    const area = signedArea(points);
    const ring = tolerance > 0 ? simplifyRing(points, tolerance) : points;
    if (area > 0) Object.assign(polygon, { exterior: ring, area });
    else if (ring.length > 2) polygon.holes.push(ring);
  }
  return [...parts.values()]
    .filter(({ exterior }) => exterior.length > 2)
    .sort((a, b) => b.area - a.area)
    .map(({ exterior, holes }) => ({ exterior, holes }));
}

/** Positive for rings that run clockwise as seen, y down. */
function signedArea(points: readonly Point[]): number {
  const twice = points.reduce((sum, { x, y }, index) => {
    const next = points[(index + 1) % points.length]!;
    return sum + x * next.y - next.x * y;
  }, 0);
  return twice / 2;
}

/** Ramer-Douglas-Peucker on a closed ring, cut at its first point and the one farthest from it. */
function simplifyRing(points: readonly Point[], tolerance: number): Point[] {
  const first = points[0]!;
  const distances = points.map(({ x, y }) => Math.hypot(x - first.x, y - first.y));
  const farthest = distances.indexOf(Math.max(...distances));
  const there = simplifyLine(points.slice(0, farthest + 1), tolerance);
  const back = simplifyLine([...points.slice(farthest), first], tolerance);
  return [...there.slice(0, -1), ...back.slice(0, -1)];
}

function simplifyLine(points: readonly Point[], tolerance: number): Point[] {
  const kept = new Set([0, points.length - 1]);
  const pending: [number, number][] = [[0, points.length - 1]];
  for (let span = pending.pop(); span; span = pending.pop()) {
    const [from, to] = span;
    let [worst, at] = [tolerance, -1];
    for (let index = from + 1; index < to; index += 1) {
      const distance = distanceToLine(points[index]!, points[from]!, points[to]!);
      if (distance > worst) [worst, at] = [distance, index];
    }
    if (at < 0) continue;
    kept.add(at);
    pending.push([from, at], [at, to]);
  }
  return points.filter((_, index) => kept.has(index));
}

function distanceToLine({ x, y }: Point, from: Point, to: Point): number {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  if (length === 0) return Math.hypot(x - from.x, y - from.y);
  return Math.abs((to.x - from.x) * (y - from.y) - (to.y - from.y) * (x - from.x)) / length;
}
