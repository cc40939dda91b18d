import type { PixelSize } from '../../contract/index.js';
import { countPixels, forEachMeeting, type Segments } from '../segments.js';

/** Eight lattice directions within a half-turn, in pixels. With four, an outline that keeps to one direction is up to 6 % off; with eight, 3 %. */
const DIRECTIONS = [
  [1, 0],
  [2, 1],
  [1, 1],
  [1, 2],
  [0, 1],
  [1, -2],
  [1, -1],
  [2, -1],
] as const;

/**
 * Length of the mask's outline, holes included, in the unit of `pixel`: Cauchy-Crofton. Lattice lines of eight directions are cut with
 * the mask; a direction weighs as much as the sector that is nearest to it, which depends on the pixels' aspect (Legland, Kieu, Devaux:
 * Computation of Minkowski measures on 2D and 3D binary images, Image Anal. Stereol. 26, 2007). Counting pixel edges instead would
 * be 27 % too long on a disc of any size. What lies outside the image counts as background.
 */
export function measurePerimeter(segments: Segments, pixel: PixelSize): number {
  const area = countPixels(segments);
  const lines = DIRECTIONS.map(([dx, dy]) => {
    const angle = Math.atan2(dy * pixel.y, dx * pixel.x);
    return { dx, dy, angle: angle < 0 ? angle + Math.PI : angle };
  }).sort((a, b) => a.angle - b.angle);
  return lines.reduce((sum, { dx, dy }, index) => {
    const before = lines.at(index - 1)!.angle - (index === 0 ? Math.PI : 0);
    const after = lines[(index + 1) % lines.length]!.angle + (index === lines.length - 1 ? Math.PI : 0);
    const spacing = (pixel.x * pixel.y) / Math.hypot(dx * pixel.x, dy * pixel.y);
    // Each line that goes in comes out again: the outline is cut twice as often, and Crofton's formula halves it.
    const exits = area - countPairs(segments, dx, dy);
    return sum + ((after - before) / 2) * exits * spacing;
  }, 0);
}

/** Mask pixels whose neighbour `dx`, `dy` further is mask too. */
function countPairs(segments: Segments, dx: number, dy: number): number {
  let pairs = 0;
  for (let x = 0; x + dx + 1 < segments.offsets.length; x += 1) {
    forEachMeeting(segments, x, [dx, dy], (_segment, _other, rows) => (pairs += rows));
  }
  return pairs;
}
