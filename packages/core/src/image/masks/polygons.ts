import type { Point, Polygon, Rle } from '../../contract/index.js';
import { signedArea, simplifyRings } from '../simplify/simplify-rings.js';
import { traceRings } from './trace-rings.js';

/**
 * The mask's outlines along pixel edges, one polygon for each 4-connected part, largest first: filling them gives the
 * mask back exactly. With a `tolerance` in pixels, points that lie closer than that to the simplified outline are left
 * out; no part or hole is, and no outline then crosses itself or another.
 */
export function rleToPolygons(rle: Rle, { tolerance = 0 }: { readonly tolerance?: number } = {}): Polygon[] {
  const rings = traceRings(rle);
  const outlines = tolerance > 0 ? simplifyRings(rings, tolerance) : rings.map(({ points }) => points);
  const parts = new Map<number, { exterior: readonly Point[]; area: number; holes: (readonly Point[])[] }>();
  rings.forEach(({ points, part }, index) => {
    const polygon = parts.get(part) ?? { exterior: [], area: 0, holes: [] };
    parts.set(part, polygon);
    const area = signedArea(points);
    if (area > 0) Object.assign(polygon, { exterior: outlines[index]!, area });
    else polygon.holes.push(outlines[index]!);
  });
  return [...parts.values()].sort((a, b) => b.area - a.area).map(({ exterior, holes }) => ({ exterior, holes }));
}
