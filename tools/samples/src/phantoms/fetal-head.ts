import { createFractalNoise, createNoise } from '../draw/noise.js';
import { paintPlane } from '../draw/plane.js';
import type { Random } from '../draw/random.js';
import { bell, ellipse, mix, roughen, smoothstep, type Vec } from '../draw/shapes.js';
import { paintSpeckle } from '../draw/speckle.js';
import { greyPhantom, maskWithin, type Phantom } from '../phantom.js';

const SIZE = { width: 470, height: 320 };

/** Where the beams of the curved probe would meet, above the image. */
const PROBE = { x: 0.49, y: -0.36, radius: 0.4, spread: 0.66 };

const CENTRE = { x: 0.485, y: 0.37 };

export interface FetalHead {
  /** How far it lies from the middle, where the sample has it. */
  readonly moved?: Vec;
  /** Its size, where the sample's is 1. */
  readonly size?: number;
}

/**
 * An ultrasound section through a fetal head: a bright skull where the beam meets it squarely, the midline, a choroid
 * plexus.
 */
export function drawFetalHead(random: Random, { moved = [0, 0], size = 1 }: FetalHead = {}): Phantom {
  const angle = -0.14;
  const skull = roughen(
    ellipse([CENTRE.x, CENTRE.y], [0.262, 0.196], angle),
    (
      (wave) => (x, y) =>
        0.004 * wave(x * 9, y * 9)
    )(createNoise(7)),
  );
  /** Where a point of the image lies in the head of the sample's place and size. */
  const intoHead = (x: number, y: number): Vec => [
    CENTRE.x + (x - CENTRE.x - moved[0]) / size,
    CENTRE.y + (y - CENTRE.y - moved[1]) / size,
  ];
  const distances = paintPlane(SIZE, (x, y) => size * skull(...intoHead(x, y)));
  const plexus = ellipse([0.415, 0.435], [0.045, 0.022], 0.25);
  const cavum = ellipse([0.6, 0.345], [0.026, 0.012], angle);
  const tissue = createFractalNoise(11, 4);
  const folds = createFractalNoise(13, 3);
  const speckle = paintSpeckle(SIZE, random, { acrossPx: 2, downPx: 1 });

  const scan = paintPlane(SIZE, (x, y, pixel) => {
    if (isScaleBar(x, y)) return 0.9 * (1 - y / 0.3);
    const [dx, dy] = [x - PROBE.x, y - PROBE.y];
    const depth = Math.hypot(dx, dy) - PROBE.radius;
    const bearing = Math.atan2(dx, dy);
    const inFan =
      smoothstep(PROBE.spread, PROBE.spread - 0.006, Math.abs(bearing)) *
      smoothstep(0, 0.004, depth) *
      smoothstep(0.655, 0.65, depth);
    if (inFan === 0) return 0.008;

    const distance = distances.values[pixel]!;
    const [inX, inY] = intoHead(x, y);
    const [outX, outY] = [(inX - CENTRE.x) / 0.262, (inY - CENTRE.y) / 0.196];
    const squarely =
      Math.abs((outX * dx) / 0.262 + (outY * dy) / 0.196) / Math.hypot(outX / 0.262, outY / 0.196) / Math.hypot(dx, dy);
    const near = bell(depth - 0.03, 0.05);
    const layers = 0.5 + 0.5 * Math.sin(depth * 230 + 5 * tissue(bearing * 5, depth * 3));
    const outside =
      0.25 + 0.2 * tissue(bearing * 9, depth * 10) + near * (0.18 + 0.3 * layers) - 0.14 * bell(distance - 0.03, 0.018);
    const inside = 0.13 + 0.12 * folds(x * 11 + 2 * folds(x * 4, y * 4), y * 16);
    const along = (inX - CENTRE.x) * Math.cos(angle) + (inY - CENTRE.y) * Math.sin(angle);
    const across = (inY - CENTRE.y) * Math.cos(angle) - (inX - CENTRE.x) * Math.sin(angle);
    const midline =
      bell(across - 0.004 * folds(along * 20, 3), 0.0035) *
      smoothstep(0.2, 0.16, Math.abs(along)) *
      smoothstep(-0.25, 0.15, folds(along * 17, 9) + 0.1);
    const gyri = smoothstep(0.22, 0.42, folds(along * 15, across * 26 + 40)) * smoothstep(-0.02, -0.06, distance);
    const brain =
      inside +
      0.4 * midline +
      0.22 * gyri +
      0.42 * smoothstep(0.006, -0.012, plexus(inX, inY)) * (1 + 0.5 * folds(x * 40, y * 40)) -
      0.12 * smoothstep(0.004, -0.006, cavum(inX, inY));
    const shell =
      bell(distance + 0.006, 0.0075) * (0.2 + 0.85 * squarely ** 3) +
      0.28 * bell(distance - 0.014, 0.012) * squarely ** 4;
    const shadow = mix(1, 0.72, smoothstep(0.02, 0.1, Math.abs(outX) - 0.9) * smoothstep(0.3, 0.6, y));
    const echo = (mix(outside, brain, smoothstep(0.004, -0.01, distance)) + shell) * shadow;
    const fading = 1 - 0.35 * smoothstep(0.3, 0.65, depth) - 0.35 * smoothstep(0.4, PROBE.spread, Math.abs(bearing));
    return 0.008 + inFan * Math.max(0, echo * fading) * (0.62 + 0.38 * speckle.values[pixel]!);
  });
  return greyPhantom(scan, { fetal_head: maskWithin(distances) });
}

function isScaleBar(x: number, y: number): boolean {
  return Math.abs(x - 0.006) < 0.004 && y > 0.02 && y < 0.28;
}
