import { createFractalNoise } from '../draw/noise.js';
import { blur, paintPlane, paintSoftGrain } from '../draw/plane.js';
import type { Random } from '../draw/random.js';
import { bell, clamp, ellipse, join, mix, roughen, smoothOutline, smoothstep } from '../draw/shapes.js';
import { brighten, colourPhantom, maskWithin, mixColours, scaleColour, type Phantom, type Rgb } from '../phantom.js';
import { footShape, groundAt, lightAt, roundness } from './foot.js';

const SIZE = { width: 348, height: 450 };

const SKIN: Rgb = [0.72, 0.5, 0.38];
const FLUSH: Rgb = [0.78, 0.36, 0.3];
const SCALE: Rgb = [0.86, 0.78, 0.7];
const BED: Rgb = [0.74, 0.34, 0.32];
const BARE: Rgb = [0.84, 0.68, 0.58];
const POLISH: Rgb = [0.62, 0.03, 0.07];

/** Middle, half axes and angle of each nail. */
const NAILS = [
  [[0.668, 0.155], [0.048, 0.05], -0.06],
  [[0.51, 0.133], [0.026, 0.032], -0.03],
  [[0.402, 0.165], [0.024, 0.028], -0.1],
  [[0.31, 0.217], [0.021, 0.024], -0.2],
  [[0.236, 0.29], [0.019, 0.021], -0.35],
] as const;

/**
 * A photograph of a foot from above: nails, in red polish or bare, inflamed skin, and a pale shallow ulcer in scaling
 * skin.
 */
export function drawPaintedToes(random: Random, { isPainted = true }: { readonly isPainted?: boolean } = {}): Phantom {
  // prettier-ignore
  const shin = smoothOutline([
    [0.34, 0.75], [0.335, 0.95], [0.32, 1.15], [0.31, 1.45], [0.69, 1.45], [0.68, 1.15], [0.66, 0.95], [0.655, 0.75],
  ]);
  const foot = paintPlane(SIZE, join(footShape(), shin, 0.05));
  const relief = blur(
    paintPlane(SIZE, (_x, _y, pixel) => roundness(foot.values[pixel]!)),
    4,
  );
  const wander = createFractalNoise(261, 3);
  const mottle = createFractalNoise(263, 4);
  const flesh = createFractalNoise(265, 4);
  const nails = NAILS.map(([at, radii, angle]) => ellipse(at, radii, angle));
  const nail = paintPlane(SIZE, (x, y) => nails.reduce((nearest, shape) => Math.min(nearest, shape(x, y)), Infinity));
  const wound = paintPlane(
    SIZE,
    roughen(ellipse([0.34, 0.425], [0.062, 0.034], -0.7), (x, y) => 0.026 * wander(x * 18, y * 18)),
  );
  const grain = paintSoftGrain(SIZE, random);

  const skinAt = (x: number, y: number, pixel: number): Rgb => {
    const fromWound = Math.max(0, wound.values[pixel]!);
    const tendons =
      0.07 * bell(((x * 6.3 + 0.2 * (y - 0.4)) % 1) - 0.5, 0.1) * smoothstep(0.34, 0.45, y) * smoothstep(0.75, 0.5, y);
    const inflamed = 0.6 * smoothstep(0.1, 0.5, mottle(x * 4 + 5, y * 4 + 20) + 0.5 * bell(y - 0.33, 0.1));
    const red = mixColours(SKIN, FLUSH, clamp(inflamed + 0.3 * bell(fromWound - 0.03, 0.05), 0, 1));
    const scaly =
      smoothstep(0.05, 0, fromWound + 0.03 * wander(x * 24, y * 24)) * smoothstep(-0.2, 0.2, flesh(x * 40, y * 40));
    return scaleColour(mixColours(red, SCALE, 0.75 * scaly), 1 + tendons + 0.08 * mottle(x * 30, y * 30));
  };
  const shade = (x: number, y: number, pixel: number): Rgb => {
    const distance = foot.values[pixel]!;
    const ground = groundAt(x, y, Math.max(0, distance), mottle);
    const bed = scaleColour(BED, 1 + 0.3 * flesh(x * 50, y * 50));
    const bare = mixColours(skinAt(x, y, pixel), bed, 0.9 * smoothstep(0.005, -0.006, wound.values[pixel]!));
    const rim = 1 - 0.3 * bell(nail.values[pixel]! - 0.003, 0.004);
    const gloss = 0.55 * smoothstep(0.006, -0.004, ellipse([0.65, 0.135], [0.01, 0.02], 0.3)(x, y));
    const polish = brighten(scaleColour(isPainted ? POLISH : BARE, 1 + 0.15 * mottle(x * 20, y * 20)), gloss);
    const lit = scaleColour(bare, rim * lightAt(relief, pixel) * mix(1, 0.85, y));
    const dressed = mixColours(lit, polish, smoothstep(0.003, -0.003, nail.values[pixel]!));
    return brighten(mixColours(ground, dressed, smoothstep(0.003, -0.003, distance)), 0.012 * grain.values[pixel]!);
  };
  return colourPhantom(SIZE, shade, { wound: maskWithin(wound) });
}
