import type { PixelSize, Point } from '../../contract/index.js';
import { countPixels, type Segments } from '../masks/segments.js';

/** An ellipse in image coordinates. */
export interface Ellipse {
  readonly center: Point;
  readonly semiMajor: number;
  readonly semiMinor: number;
  /** Degrees from the x axis to the major axis, clockwise as seen (y down), above -90 up to 90; 0 for a circle. */
  readonly angle: number;
  readonly circumference: number;
}

/**
 * The ellipse with the mask's centroid and second moments, in the unit of `pixel`; null for an empty mask.
 *
 * Pixels are taken as samples at their centres, without the 1/12 that treats them as squares: on digitised ellipses the
 * circumference then has no bias (mean error below 0.1 % from a mean semi-axis of 10 pixels on; with the 1/12 it is 0.2
 * % too long there). A least-squares fit to the outline would read the least trustworthy pixels only; moments use all,
 * cost O(runs), and follow anisotropic pixels exactly. A mask of several parts gets one ellipse for all: `splitRle`
 * parts it first.
 */
export function fitEllipse(segments: Segments, pixel: PixelSize): Ellipse | null {
  const { area, x, y, xx, xy, yy } = momentsOf(segments);
  if (area === 0) return null;
  const [a, b, c] = [xx * pixel.x ** 2, xy * pixel.x * pixel.y, yy * pixel.y ** 2];
  // Eigenvalues of the covariance [[a, b], [b, c]]; rounding may leave the smaller one a hair below 0.
  const spread = Math.hypot((a - c) / 2, b);
  const [major, minor] = [(a + c) / 2 + spread, Math.max((a + c) / 2 - spread, 0)];
  const [semiMajor, semiMinor] = [2 * Math.sqrt(major), 2 * Math.sqrt(minor)];
  const isCircle = spread <= 1e-9 * major;
  return {
    center: { x: x * pixel.x, y: y * pixel.y },
    semiMajor,
    semiMinor,
    angle: isCircle ? 0 : degrees(Math.atan2(2 * b, a - c) / 2),
    circumference: ellipseCircumference(semiMajor, semiMinor),
  };
}

/** Ramanujan's second approximation (1914): within 0.04 % of the truth for any axes, within 1e-9 at an aspect of 2. */
export function ellipseCircumference(semiMajor: number, semiMinor: number): number {
  if (semiMajor === 0) return 0;
  const h = ((semiMajor - semiMinor) / (semiMajor + semiMinor)) ** 2;
  return Math.PI * (semiMajor + semiMinor) * (1 + (3 * h) / (10 + Math.sqrt(4 - 3 * h)));
}

/** Centroid and central second moments of pixel centres, in pixels; each segment in closed form. */
function momentsOf(segments: Segments) {
  const { columns, tops, bottoms } = segments;
  const area = countPixels(segments);
  let [x, y] = [0, 0];
  for (let index = 0; index < tops.length; index += 1) {
    const n = bottoms[index]! - tops[index]!;
    x += (n * (columns[index]! + 0.5)) / area;
    y += (n * (tops[index]! + bottoms[index]!)) / 2 / area;
  }
  let [xx, xy, yy] = [0, 0, 0];
  for (let index = 0; index < tops.length; index += 1) {
    const n = bottoms[index]! - tops[index]!;
    const dx = columns[index]! + 0.5 - x;
    const dy = (tops[index]! + bottoms[index]!) / 2 - y;
    xx += (n * dx * dx) / area;
    xy += (n * dx * dy) / area;
    yy += (n * (dy * dy + (n * n - 1) / 12)) / area;
  }
  return { area, x, y, xx, xy, yy };
}

/** From atan2's halves, -90 to 90: -90 is the same axis as 90. */
function degrees(radians: number): number {
  const angle = (radians * 180) / Math.PI;
  return angle <= -90 ? angle + 180 : angle;
}
