import type { Point, Polygon } from '@medzoo/core/contract';

/**
 * A polygon as one closed ring: each hole is reached over a channel of no width, as PS3.3 (C.8.8.6.3) asks of contours that are one curve.
 * Filled by either rule, even-odd or non-zero, it has the polygon's pixels. The first point is not repeated.
 */
export function toKeyhole({ exterior, holes }: Polygon): Point[] {
  let ring = [...exterior];
  // From left to right: the channel to a hole then starts at the outline or at a hole that is reached already.
  const byLeft = holes.map((hole) => startAtLeft(hole)).sort((a, b) => a[0]!.x - b[0]!.x);
  for (const hole of byLeft) {
    const at = nearest(ring, hole[0]!);
    ring = [...ring.slice(0, at + 1), ...hole, hole[0]!, ...ring.slice(at)];
  }
  return ring;
}

function startAtLeft(ring: readonly Point[]): Point[] {
  let left = 0;
  ring.forEach(({ x }, index) => {
    if (x < ring[left]!.x) left = index;
  });
  return [...ring.slice(left), ...ring.slice(0, left)];
}

function nearest(ring: readonly Point[], { x, y }: Point): number {
  let [best, at] = [Infinity, 0];
  ring.forEach((point, index) => {
    const distance = (point.x - x) ** 2 + (point.y - y) ** 2;
    if (distance < best) [best, at] = [distance, index];
  });
  return at;
}
