import type { Plane } from '../draw/plane.js';
import { bell, clamp, ellipse, join, mix, smoothOutline, smoothstep, type Shape } from '../draw/shapes.js';
import { mixColours, scaleColour, type Rgb } from '../phantom.js';

const SHEET: Rgb = [0.84, 0.86, 0.88];
const FLOOR: Rgb = [0.2, 0.18, 0.17];

/** A foot's outline, the toes up. */
export function footShape(): Shape {
  // prettier-ignore
  const sole = smoothOutline([
    [0.28, 0.36], [0.4, 0.29], [0.56, 0.27], [0.7, 0.31], [0.775, 0.42], [0.755, 0.56], [0.685, 0.72], [0.66, 0.88],
    [0.64, 1.02], [0.56, 1.12], [0.44, 1.13], [0.35, 1.05], [0.32, 0.9], [0.27, 0.72], [0.215, 0.55], [0.22, 0.43],
  ]);
  const toes = [
    ellipse([0.655, 0.2], [0.088, 0.115], -0.06),
    ellipse([0.505, 0.18], [0.055, 0.088], -0.03),
    ellipse([0.4, 0.205], [0.05, 0.076], -0.1),
    ellipse([0.312, 0.25], [0.045, 0.066], -0.2),
    ellipse([0.24, 0.315], [0.042, 0.056], -0.35),
  ];
  return toes.reduce((shape, toe) => join(shape, toe, 0.012), sole);
}

/** Height of the foot over the ground, from how far a point is from its edge: it rises fast and then flattens. */
export function roundness(distance: number): number {
  return Math.sqrt(clamp(-distance / 0.16, 0, 1));
}

/** Lambert's law: light from the upper left on the relief. */
export function lightAt({ size, values }: Plane, pixel: number): number {
  const across = (values[pixel + 1] ?? 0) - (values[pixel - 1] ?? 0);
  const down = (values[pixel + size.width] ?? 0) - (values[pixel - size.width] ?? 0);
  return clamp((0.86 + 3.2 * (across * 0.5 + down * 0.6)) * mix(0.72, 1.06, values[pixel]!), 0.3, 1.12);
}

/** A white sheet with folds, in front of a dark floor; the foot throws a shadow on both. */
export function groundAt(x: number, y: number, fromFoot: number, noise: (x: number, y: number) => number): Rgb {
  const edge = 0.42 + 0.16 * x + 0.03 * noise(x * 4, 3);
  const height = (atX: number, atY: number): number => noise(atX * 1.7 + atY * 1.2, atY * 1.1 - atX * 0.6);
  const folds = 0.98 + 1.6 * (height(x, y) - height(x + 0.03, y + 0.03));
  const sheet = scaleColour(SHEET, (Math.min(1.08, folds) + 0.03 * noise(x * 60, y * 60)) * mix(1, 0.86, y / 1.3));
  const floor = scaleColour(FLOOR, 1 + 0.35 * noise(x * 2, y * 14) + 0.2 * noise(x * 40, y * 40));
  return scaleColour(
    mixColours(floor, sheet, smoothstep(edge - 0.004, edge + 0.006, y)),
    1 - 0.5 * bell(fromFoot, 0.035),
  );
}
