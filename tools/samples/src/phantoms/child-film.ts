import { createFractalNoise } from '../draw/noise.js';
import { blur, paintPlane, paintSoftGrain, type Plane } from '../draw/plane.js';
import type { Random } from '../draw/random.js';
import { bell, clamp, ellipse, join, mix, smoothOutline, smoothstep, type Shape, type Vec } from '../draw/shapes.js';
import { greyPhantom, maskWithin, type Phantom } from '../phantom.js';
import { bone, drawR, vesselTree } from './chest-parts.js';

const SIZE = { width: 400, height: 308 };

/** How much of the width of what follows, whose coordinates are a chest's own, the film shows. */
const ZOOM = 0.9;

/** The lungs as annotators draw them: the part behind the heart belongs to the lung. */
// prettier-ignore
const RIGHT_LUNG: readonly Vec[] = [
  [0.395, 0.098], [0.435, 0.15], [0.45, 0.25], [0.455, 0.38], [0.46, 0.5], [0.42, 0.492], [0.33, 0.486], [0.25, 0.505],
  [0.192, 0.548], [0.172, 0.58], [0.17, 0.52], [0.187, 0.4], [0.218, 0.28], [0.267, 0.18], [0.325, 0.115],
];
// prettier-ignore
const LEFT_LUNG: readonly Vec[] = [
  [0.605, 0.097], [0.565, 0.148], [0.55, 0.25], [0.545, 0.38], [0.54, 0.515], [0.6, 0.51], [0.68, 0.51], [0.755, 0.534],
  [0.81, 0.578], [0.829, 0.605], [0.832, 0.54], [0.813, 0.4], [0.782, 0.28], [0.733, 0.178], [0.675, 0.114],
];
// prettier-ignore
const HEART: readonly Vec[] = [
  [0.475, 0.16], [0.545, 0.155], [0.572, 0.19], [0.577, 0.24], [0.6, 0.3], [0.642, 0.37], [0.668, 0.44], [0.668, 0.5],
  [0.6, 0.545], [0.5, 0.55], [0.425, 0.53], [0.408, 0.46], [0.41, 0.39], [0.435, 0.32], [0.448, 0.25],
];
// prettier-ignore
const TRUNK: readonly Vec[] = [
  [0.42, -0.1], [0.41, 0.03], [0.33, 0.065], [0.22, 0.09], [0.135, 0.16], [0.12, 0.28], [0.115, 0.45], [0.11, 0.62],
  [0.105, 0.95], [0.895, 0.95], [0.89, 0.62], [0.885, 0.45], [0.88, 0.28], [0.865, 0.16], [0.78, 0.09], [0.67, 0.065],
  [0.59, 0.03], [0.58, -0.1],
];
/** Half the width of the cage of ribs, by height. */
// prettier-ignore
const CAGE: readonly Vec[] = [
  [0, 0.05], [0.06, 0.13], [0.12, 0.195], [0.18, 0.243], [0.28, 0.291], [0.4, 0.322], [0.55, 0.344], [0.7, 0.35], [2, 0.33],
];

export interface ChildFilm {
  /** How much of the lung's air has given way to something dense, 0..1; x and y are the chest's. */
  readonly opacity?: Shape;
  /** Gas in the stomach, under the left dome of the diaphragm. */
  readonly gas?: Shape;
}

/**
 * A child's chest film: the whole cage of ribs to below the diaphragm, a wide heart, arms up, an R for the right side.
 */
export function drawChildFilm(random: Random, { opacity = () => 0, gas = () => 1 }: ChildFilm = {}): Phantom {
  const paintChest = (shade: (x: number, y: number, pixel: number) => number): Plane =>
    paintPlane(SIZE, (x, y, pixel) => shade(0.5 + (x - 0.5) * ZOOM, 0.01 + y * ZOOM, pixel));
  const sides = [RIGHT_LUNG, LEFT_LUNG].map((outline) => paintChest(smoothOutline(outline)));
  const lungs = paintPlane(SIZE, (_x, _y, pixel) => Math.min(...sides.map(({ values }) => values[pixel]!)));
  const air = depthOfAir(lungs);
  const heart = smoothOutline(HEART);
  const body = bodyAt();
  const soft = createFractalNoise(203, 4);
  const vessels = createFractalNoise(205, 4);
  const grain = paintSoftGrain(SIZE, random);
  const marker = drawR([0.09, 0.2]);

  const film = paintChest((x, y, pixel) => {
    if (marker(x, y) < 0) return 0.97;
    const out = Math.abs(x - 0.5);
    const trunk = body(x, y);
    const belly = smoothstep(0.47, 0.62, y - 0.15 * out);
    const flesh = trunk * (0.62 + 0.05 * soft(x * 6, y * 6) + 0.2 * belly);
    const inHeart = smoothstep(0.007, -0.016, heart(x, y) + 0.006 * soft(x * 14, y * 14));
    const hilum = bell(out - 0.085, 0.028) * bell(y - 0.3, 0.055) * (1 + vessels(x * 34, y * 34));
    const markings = 0.09 * hilum + 0.09 * vesselTree(out - 0.07, y - 0.3, soft) + 0.05 * vessels(x * 30, y * 30);
    const aired = air.values[pixel]! * (1 - 0.93 * inHeart) * (1 - opacity(x, y)) * (1 - 0.9 * bell(out, 0.035));
    const lung = aired * (0.42 - markings - 0.1 * smoothstep(0.25, 0.05, y));
    const trachea = 0.1 * smoothstep(0.017, 0.009, Math.abs(x - 0.497)) * smoothstep(0.25, 0.19, y);
    const bowel = 0.3 * smoothstep(0.012, -0.014, gas(x, y));
    const bones =
      0.1 * ribs(x, y) * mix(1, 0.72, belly) + 0.1 * spine(x, y) + 0.15 * clavicles(x, y) + 0.07 * shoulders(x, y);
    return tone(flesh + bones * smoothstep(0.2, 0.5, trunk) - lung - trachea - bowel) + 0.006 * grain.values[pixel]!;
  });
  return greyPhantom(film, { lungs: maskWithin(lungs) });
}

/** How bright the film is where the body is this dense: less and less so the denser it is. */
function tone(density: number): number {
  return 0.03 + 0.92 * smoothstep(0.02, 1.12, Math.max(0, density));
}

/** How deep the air is that a ray meets, 0..1: little at the rim of a lung, soon all of it. */
function depthOfAir(lungs: Plane): Plane {
  const rounded = paintPlane(lungs.size, (_x, _y, pixel) => Math.sqrt(clamp(-lungs.values[pixel]! / 0.03, 0, 1)));
  return blur(rounded, 1.2);
}

/** How much of the body a ray meets, 0..1 and more at the jaw: trunk, neck, arms held up. */
function bodyAt(): Shape {
  const arms = [ellipse([0.09, 0.06], [0.16, 0.075], 0.35), ellipse([0.91, 0.06], [0.16, 0.075], -0.35)];
  const outline = arms.reduce((shape, arm) => join(shape, arm, 0.06), smoothOutline(TRUNK));
  const jaw = ellipse([0.5, -0.08], [0.16, 0.11]);
  return (x, y) =>
    0.95 * Math.sqrt(smoothstep(0.004, -0.15, outline(x, y))) + 0.4 * smoothstep(0.012, -0.012, jaw(x, y));
}

function cageAt(y: number): number {
  const next = Math.max(
    1,
    CAGE.findIndex(([height]) => height > y),
  );
  const [[top, from], [bottom, to]] = [CAGE[next - 1]!, CAGE[next]!];
  return mix(from, to, clamp((y - top) / (bottom - top), 0, 1));
}

/** Each rib goes round the cage, falling from the spine to the front; where it turns, the ray runs along it. */
function ribs(x: number, y: number): number {
  const share = Math.abs(x - 0.5) / cageAt(y);
  if (share >= 1) return 0;
  const turn = Math.asin(share);
  const along = Math.min(2.6, 1 / Math.cos(turn));
  const side = x < 0.5 ? 0 : 0.004;
  let density = 0;
  for (let rib = 0; rib < 12; rib += 1) {
    const top = 0.075 + rib * 0.052 + side;
    const fallAt = (angle: number): number => 0.075 * (1 - Math.cos(angle)) - 0.02 * Math.sin(angle);
    density += along * bone(y - top - fallAt(turn)) * smoothstep(0.1, 0.16, share);
    // The front ends in cartilage, which is not seen.
    if (rib < 8) density += 0.75 * along * bone(y - top - fallAt(Math.PI - turn)) * smoothstep(0.45, 0.62, share);
  }
  return Math.min(density, 3);
}

function spine(x: number, y: number): number {
  const out = Math.abs(x - 0.5);
  const fromGap = Math.abs(((y / 0.046) % 1) - 0.5) * 2;
  const waist = 0.03 + 0.004 * fromGap;
  const body = smoothstep(waist + 0.006, waist - 0.005, out) * (0.8 + 0.35 * smoothstep(0.8, 0.6, fromGap));
  return body + 0.5 * bell(out - 0.021, 0.005) * bell(fromGap - 0.3, 0.25);
}

function clavicles(x: number, y: number): number {
  const out = Math.abs(x - 0.5);
  const line = 0.12 - 0.28 * (out - 0.03) + 0.9 * Math.max(0, out - 0.13) ** 2 + 0.008 * Math.sin(out * 28);
  return 1.5 * bone((y - line) * 0.95) * smoothstep(0.025, 0.035, out) * smoothstep(0.32, 0.3, out);
}

// prettier-ignore
const BLADE = smoothOutline([[0.25, 0.1], [0.33, 0.1], [0.335, 0.16], [0.32, 0.25], [0.305, 0.29], [0.285, 0.2]]);
const JOINT = ellipse([0.355, 0.105], [0.034, 0.034]);

/** Shoulder blades, and the arms from their joints on. */
function shoulders(x: number, y: number): number {
  const out = Math.abs(x - 0.5);
  const blade = BLADE(out, y);
  const shaft = Math.max(Math.abs(y - 0.098 + 0.4 * (out - 0.36)) - 0.017, 0.36 - out);
  const arm = Math.min(JOINT(out, y), shaft);
  return (
    0.8 * smoothstep(0.006, -0.006, blade) +
    bell(blade, 0.004) +
    2.2 * smoothstep(0.004, -0.004, arm) +
    bell(arm, 0.004)
  );
}
