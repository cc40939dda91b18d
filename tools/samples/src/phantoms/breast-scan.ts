import { createFractalNoise } from '../draw/noise.js';
import { paintPlane } from '../draw/plane.js';
import type { Random } from '../draw/random.js';
import { bell, ellipse, mix, roughen, smoothstep, type Vec } from '../draw/shapes.js';
import { paintSpeckle } from '../draw/speckle.js';
import { greyPhantom, maskWithin, type Phantom } from '../phantom.js';

const SIZE = { width: 424, height: 340 };

export interface BreastScan {
  readonly at?: Vec;
  readonly radii?: Vec;
  /** How far its rim wanders: a smooth one looks benign. */
  readonly roughness?: number;
  /** Echoes inside beside those of the gland, 0 (nearly none) to 1 (as many). */
  readonly echoes?: number;
  /** Of the shadow under it, 0..1. */
  readonly shadow?: number;
}

/** A breast ultrasound: skin, fat lobules, streaky gland, muscle, and an irregular dark mass that throws a shadow. */
export function drawBreastScan(
  random: Random,
  {
    at = [0.47, 0.36],
    radii = [0.125, 0.098],
    roughness = 0.055,
    echoes = 0,
    shadow: depthOfShadow = 0.7,
  }: BreastScan = {},
): Phantom {
  const wander = createFractalNoise(71, 4);
  const mass = paintPlane(
    SIZE,
    roughen(ellipse(at, radii, -0.15), (x, y) => roughness * wander(x * 13, y * 13)),
  );
  const tissue = createFractalNoise(73, 4);
  const streaks = createFractalNoise(75, 4);
  const speckle = paintSpeckle(SIZE, random, { acrossPx: 2, downPx: 1 });

  const scan = paintPlane(SIZE, (x, y, pixel) => {
    const distance = mass.values[pixel]!;
    const bend = 0.02 * wander(x * 3, 1);
    const depth = y + bend;
    const skin =
      0.75 * smoothstep(0, 0.006, y) * smoothstep(0.034, 0.026, y) * (0.7 + 0.3 * bell(y - 0.006, 0.006)) +
      0.35 * bell(depth - 0.042, 0.004);
    const septa = bell(tissue(x * 6 + 2, depth * 13), 0.055);
    const fat = 0.27 + 0.08 * tissue(x * 12, y * 20) + 0.3 * septa;
    const lines = streaks(x * 7 + 3 * wander(x * 2, y * 3), depth * 34 + 4 * wander(x * 4, y * 4));
    const gland = 0.44 + 0.42 * lines;
    const fibres = streaks(x * 3 + 60, (depth - 0.14 * (x - 0.5) ** 2) * 60);
    const muscle = 0.25 + 0.38 * Math.max(0, fibres) + 0.35 * bell(depth - 0.585 - 0.12 * (x - 0.5) ** 2, 0.005);
    const layered = mix(
      mix(fat, gland, smoothstep(0.14, 0.2, depth + 0.05 * wander(x * 5, 9))),
      muscle,
      smoothstep(0.565, 0.6, depth),
    );

    const below =
      smoothstep(0.105, 0.03, Math.abs(x - at[0] + 0.08 * wander(x * 6, y * 3)) - 0.01) * smoothstep(0.36, 0.5, y);
    const shadow = 1 - depthOfShadow * below - 0.3 * smoothstep(0.86, 0.98, x) * smoothstep(0.2, 0.5, y);
    const halo = 0.16 * bell(distance - 0.014, 0.014) * smoothstep(0.42, 0.3, y);
    const inside = 0.085 + 0.06 * tissue(x * 16, y * 16) + 0.05 * lines;
    const capsule = 0.45 * echoes * bell(distance, 0.005);
    const echo = mix(
      (layered + halo) * shadow,
      mix(inside, 0.4 + 0.16 * tissue(x * 16, y * 16), echoes) + capsule,
      smoothstep(0.009, -0.012, distance),
    );
    const gain = mix(1, 0.52, smoothstep(0.35, 0.8, y)) * (1 - 0.12 * wander(x * 40, 2));
    const strength = Math.max(echo * smoothstep(0.02, 0.05, y), skin);
    return 0.012 + Math.max(0, strength * gain) * (0.68 + 0.32 * speckle.values[pixel]!);
  });
  return greyPhantom(scan, { mass: maskWithin(mass) });
}
