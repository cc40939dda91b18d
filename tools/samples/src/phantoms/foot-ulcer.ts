import { createFractalNoise } from '../draw/noise.js';
import { blur, paintPlane, paintSoftGrain, type Plane } from '../draw/plane.js';
import type { Random } from '../draw/random.js';
import { bell, clamp, ellipse, join, mix, roughen, smoothOutline, smoothstep, type Shape } from '../draw/shapes.js';
import { brighten, colourPhantom, maskWithin, mixColours, scaleColour, type Phantom, type Rgb } from '../phantom.js';

const SIZE = { width: 348, height: 450 };

const SKIN: Rgb = [0.86, 0.62, 0.51];
const FLUSH: Rgb = [0.83, 0.45, 0.4];
const CALLUS: Rgb = [0.86, 0.72, 0.54];
const GRANULATION: Rgb = [0.66, 0.12, 0.12];
const SLOUGH: Rgb = [0.83, 0.7, 0.36];
const NECROSIS: Rgb = [0.13, 0.09, 0.08];
const SHEET: Rgb = [0.84, 0.86, 0.88];
const FLOOR: Rgb = [0.2, 0.18, 0.17];

/** A photograph of a foot's sole with an ulcer on its ball: granulation, slough and a black crust in a rim of callus. */
export function drawFootUlcer(random: Random): Phantom {
  const foot = paintPlane(SIZE, footShape());
  const relief = blur(
    paintPlane(SIZE, (_x, _y, pixel) => roundness(foot.values[pixel]!)),
    4,
  );
  const wander = createFractalNoise(41, 3);
  const wound = paintPlane(
    SIZE,
    roughen(ellipse([0.56, 0.5], [0.125, 0.088], 0.35), (x, y) => 0.035 * wander(x * 11, y * 11)),
  );
  const crust = roughen(ellipse([0.615, 0.5], [0.042, 0.034]), (x, y) => 0.02 * wander(x * 25, y * 25));
  const mottle = createFractalNoise(43, 4);
  const flesh = createFractalNoise(45, 4);
  const wrinkles = createFractalNoise(47, 3);
  const grain = paintSoftGrain(SIZE, random);

  const skinAt = (x: number, y: number, pixel: number): Rgb => {
    const fromWound = Math.max(0, wound.values[pixel]!);
    const lines = 0.05 * wrinkles(x * 8 + 2 * wrinkles(x * 5, y * 5), y * 55) * smoothstep(0.45, 0.8, y);
    const flushed = 0.35 + 0.5 * mottle(x * 5, y * 5) + 0.5 * bell(y - 0.3, 0.08);
    const tone = mixColours(mixColours(SKIN, FLUSH, clamp(flushed, 0, 1)), FLUSH, 0.75 * bell(fromWound - 0.07, 0.04));
    const calloused = mixColours(
      tone,
      CALLUS,
      0.85 * smoothstep(0.055, 0.005, fromWound + 0.03 * wander(x * 20, y * 20)),
    );
    return scaleColour(calloused, 1 + lines + 0.07 * mottle(x * 30, y * 30));
  };
  const woundAt = (x: number, y: number, pixel: number): Rgb => {
    const depth = -wound.values[pixel]!;
    const bumps = flesh(x * 30, y * 30);
    const red = scaleColour(GRANULATION, 1 + 0.55 * bumps + 0.25 * flesh(x * 70, y * 70));
    const sloughy = smoothstep(0.03, 0.3, flesh(x * 12 + 7, y * 12)) * 0.85;
    const bed = mixColours(mixColours(red, SLOUGH, sloughy), NECROSIS, smoothstep(0.006, -0.008, crust(x, y)) * 0.93);
    const wet = smoothstep(0.38, 0.5, flesh(x * 42 + 30, y * 42)) * 0.5;
    return mixColours(scaleColour(bed, mix(0.62, 1.05, smoothstep(0, 0.03, depth))), [1, 0.95, 0.92], wet);
  };
  const shade = (x: number, y: number, pixel: number): Rgb => {
    const distance = foot.values[pixel]!;
    const ground = groundAt(x, y, Math.max(0, distance), mottle);
    const skin = mixColours(skinAt(x, y, pixel), woundAt(x, y, pixel), smoothstep(0.004, -0.005, wound.values[pixel]!));
    const lit = scaleColour(skin, lightAt(relief, pixel) * (1 - 0.12 * Math.hypot(x - 0.45, y - 0.5)));
    return brighten(mixColours(ground, lit, smoothstep(0.003, -0.003, distance)), 0.012 * grain.values[pixel]!);
  };
  return colourPhantom(SIZE, shade, { wound: maskWithin(wound) });
}

function footShape(): Shape {
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
function roundness(distance: number): number {
  return Math.sqrt(clamp(-distance / 0.16, 0, 1));
}

/** Lambert's law: light from the upper left on the relief. */
function lightAt({ size, values }: Plane, pixel: number): number {
  const across = (values[pixel + 1] ?? 0) - (values[pixel - 1] ?? 0);
  const down = (values[pixel + size.width] ?? 0) - (values[pixel - size.width] ?? 0);
  return clamp((0.86 + 3.2 * (across * 0.5 + down * 0.6)) * mix(0.72, 1.06, values[pixel]!), 0.3, 1.12);
}

/** A white sheet with folds, in front of a dark floor; the foot throws a shadow on both. */
function groundAt(x: number, y: number, fromFoot: number, noise: (x: number, y: number) => number): Rgb {
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
