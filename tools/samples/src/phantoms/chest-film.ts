import { createFractalNoise } from '../draw/noise.js';
import { paintPlane, paintSoftGrain, type Plane } from '../draw/plane.js';
import type { Random } from '../draw/random.js';
import { bell, ellipse, join, mix, polygon, smoothOutline, smoothstep, type Vec } from '../draw/shapes.js';
import { greyPhantom, maskWithin, type Phantom } from '../phantom.js';
import { bone, drawR, vesselTree } from './chest-parts.js';

const SIZE = { width: 440, height: 372 };

/** The lungs as annotators draw them: the part behind the heart belongs to the lung. */
// prettier-ignore
const RIGHT_LUNG: readonly Vec[] = [
  [0.365, 0.135], [0.415, 0.16], [0.436, 0.25], [0.44, 0.4], [0.445, 0.585], [0.41, 0.61], [0.31, 0.6], [0.19, 0.64],
  [0.098, 0.715], [0.09, 0.67], [0.11, 0.52], [0.155, 0.36], [0.225, 0.23], [0.295, 0.155],
];
// prettier-ignore
const LEFT_LUNG: readonly Vec[] = [
  [0.64, 0.132], [0.59, 0.155], [0.568, 0.25], [0.562, 0.4], [0.558, 0.62], [0.62, 0.64], [0.72, 0.625], [0.82, 0.665],
  [0.903, 0.735], [0.912, 0.685], [0.892, 0.52], [0.848, 0.355], [0.778, 0.225], [0.708, 0.15],
];

/** A chest film, back to front, of nobody: what is dense is white. */
export function drawChestFilm(random: Random): Phantom {
  const rightLung = paintPlane(SIZE, smoothOutline(RIGHT_LUNG));
  const leftLung = paintPlane(SIZE, smoothOutline(LEFT_LUNG));
  const lungs = paintPlane(SIZE, (_x, _y, pixel) => Math.min(rightLung.values[pixel]!, leftLung.values[pixel]!));
  const body = paintBody();
  const bones = paintBones(lungs);
  const soft = createFractalNoise(3, 4);
  const vessels = createFractalNoise(5, 4);
  const grain = paintSoftGrain(SIZE, random);
  const heart = join(ellipse([0.595, 0.55], [0.165, 0.125], 0.75), ellipse([0.49, 0.43], [0.086, 0.24]), 0.08);
  const bubble = ellipse([0.73, 0.765], [0.06, 0.026], -0.2);
  const marker = drawR([0.045, 0.2]);

  const film = paintPlane(SIZE, (x, y, pixel) => {
    if (marker(x, y) < 0) return 0.93;
    const inLung = smoothstep(0.008, -0.014, lungs.values[pixel]!);
    const inHeart = smoothstep(0.014, -0.03, heart(x, y) + 0.012 * soft(x * 12, y * 12));
    const fromSpine = Math.abs(x - 0.5);
    const isBelly = smoothstep(0.58, 0.74, y - 0.12 * fromSpine);
    const flesh =
      0.5 + 0.1 * soft(x * 7, y * 7) + 0.42 * isBelly + 0.3 * bell(fromSpine, 0.08) * smoothstep(0.02, 0.2, y);
    const hilum = bell(fromSpine - 0.12, 0.035) * bell(y - 0.38, 0.08) * (1 + vessels(x * 30, y * 30));
    const branches = vesselTree(fromSpine - 0.09, y - 0.38, soft);
    const air =
      0.13 +
      0.3 * hilum +
      0.2 * branches +
      0.06 * vessels(x * 30, y * 30) +
      0.1 * (y / 0.6) +
      0.08 * soft(x * 5, y * 5);
    const chest = mix(flesh, mix(air, 0.8, inHeart * 0.92), inLung);
    const density =
      chest + bones.values[pixel]! * mix(0.75, 1, inLung) - 0.28 * smoothstep(0.014, -0.014, bubble(x, y));
    const seen = 1 - Math.exp(-1.75 * density);
    return 0.02 + body.values[pixel]! * seen * 1.04 + 0.005 * grain.values[pixel]!;
  });
  return greyPhantom(film, { lungs: maskWithin(lungs) });
}

/** How much of the body the ray meets, 0..1: trunk, neck and arms, thin at the rim. */
function paintBody(): Plane {
  // prettier-ignore
  const trunk = smoothOutline([
    [0.38, -0.1], [0.38, 0.03], [0.22, 0.07], [0.11, 0.15], [0.075, 0.4], [0.055, 0.6], [0.045, 1], [0.955, 1], [0.945, 0.6],
    [0.925, 0.4], [0.89, 0.15], [0.78, 0.07], [0.62, 0.03], [0.62, -0.1],
  ]);
  const rightArm = ellipse([0.02, 0.14], [0.2, 0.07], -0.75);
  const leftArm = ellipse([0.98, 0.14], [0.2, 0.07], 0.75);
  const outline = paintPlane(SIZE, join(join(trunk, rightArm, 0.06), leftArm, 0.06));
  return paintPlane(SIZE, (_x, _y, pixel) => 0.97 * smoothstep(0.004, -0.03, outline.values[pixel]!) ** 0.7);
}

function paintBones(lungs: Plane): Plane {
  return paintPlane(SIZE, (x, y, pixel) => {
    const inCage = smoothstep(0.024, 0.014, lungs.values[pixel]!) * smoothstep(0.02, 0.06, Math.abs(x - 0.5));
    return 0.19 * inCage * ribs(x, y) + 0.3 * spine(x, y) + 0.22 * clavicles(x, y) + 0.1 * scapulae(x, y);
  });
}

/** Back ribs run outwards and down, front ribs come back down and inwards and end in cartilage, which is not seen. */
function ribs(x: number, y: number): number {
  const out = Math.abs(x - 0.5);
  const side = x < 0.5 ? 0 : 0.006;
  let density = 0;
  for (let rib = 0; rib < 9; rib += 1) {
    const top = 0.13 + rib * 0.062 + side;
    density += 0.9 * bone(y - top + 0.05 * bell(out - 0.17, 0.09) - 1.1 * Math.max(0, out - 0.2) ** 2);
    const front = smoothstep(0.12, 0.2, out);
    density += 0.65 * front * bone(y - top - 0.13 + 0.42 * (out - 0.25));
  }
  return Math.min(1.4, density);
}

function spine(x: number, y: number): number {
  const middle = 0.5 + 0.004 * Math.sin(y * 9);
  const fromGap = Math.abs(((y / 0.05) % 1) - 0.5) * 2;
  const waist = 0.03 + 0.004 * fromGap;
  const body = smoothstep(waist + 0.008, waist - 0.006, Math.abs(x - middle));
  const process = bell(x - middle, 0.006) * bell(fromGap - 0.2, 0.3);
  const pedicles = bell(Math.abs(x - middle) - 0.021, 0.005) * bell(fromGap - 0.25, 0.25);
  return body * (0.45 + 0.4 * smoothstep(0.55, 0.85, fromGap)) + 0.35 * process + 0.3 * pedicles;
}

function clavicles(x: number, y: number): number {
  const out = Math.abs(x - 0.5);
  const line = 0.135 - 0.28 * (out - 0.05) + 0.5 * Math.max(0, out - 0.17) ** 2;
  return bone((y - line) * 0.9) * smoothstep(0.035, 0.05, out) * smoothstep(0.37, 0.34, out) * 1.3;
}

function scapulae(x: number, y: number): number {
  const out = Math.abs(x - 0.5);
  // prettier-ignore
  const blade = polygon([[0.32, 0.12], [0.44, 0.1], [0.4, 0.32], [0.375, 0.36]])(out, y);
  return smoothstep(0.006, -0.006, blade) * 0.7 + bell(blade, 0.004);
}
