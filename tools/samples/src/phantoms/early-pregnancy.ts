import { createFractalNoise } from '../draw/noise.js';
import { paintPlane } from '../draw/plane.js';
import type { Random } from '../draw/random.js';
import { bell, ellipse, mix, roughen, smoothstep } from '../draw/shapes.js';
import { paintSpeckle } from '../draw/speckle.js';
import { greyPhantom, maskWithin, type Phantom } from '../phantom.js';

const SIZE = { width: 440, height: 300 };

/**
 * An ultrasound at twelve weeks: a dark sac, in it a small head and, beside it and as round, the trunk with its spine
 * and limbs.
 */
export function drawEarlyPregnancy(random: Random): Phantom {
  const wander = createFractalNoise(241, 3);
  const sac = roughen(ellipse([0.5, 0.36], [0.3, 0.155], -0.08), (x, y) => 0.03 * wander(x * 6, y * 6));
  const head = paintPlane(SIZE, ellipse([0.6, 0.37], [0.098, 0.086], 0.2));
  const trunk = roughen(ellipse([0.395, 0.4], [0.112, 0.083], -0.1), (x, y) => 0.012 * wander(x * 14, y * 14));
  const limbs = [
    ellipse([0.475, 0.295], [0.046, 0.011], 0.9),
    ellipse([0.52, 0.285], [0.03, 0.01], -0.5),
    ellipse([0.3, 0.315], [0.05, 0.012], 0.5),
  ];
  const tissue = createFractalNoise(243, 4);
  const folds = createFractalNoise(245, 4);
  const speckle = paintSpeckle(SIZE, random, { acrossPx: 2, downPx: 1 });
  const scan = paintPlane(SIZE, (x, y, pixel) => {
    if (Math.abs(x - 0.006) < 0.004 && y > 0.02 && y < 0.26) return 0.9 * (1 - y / 0.3);
    const depth = Math.hypot(x - 0.5, y + 0.36) - 0.37;
    const bearing = Math.atan2(x - 0.5, y + 0.36);
    const inFan =
      smoothstep(0.62, 0.614, Math.abs(bearing)) * smoothstep(0, 0.004, depth) * smoothstep(0.665, 0.66, depth);
    if (inFan === 0) return 0.008;
    const layers = 0.3 * bell(depth - 0.03, 0.03) * (1 + Math.sin(depth * 220 + 5 * tissue(bearing * 5, depth * 3)));
    const wall = 0.34 + 0.22 * tissue(bearing * 11, depth * 13) + layers;
    const inSac = smoothstep(0.008, -0.012, sac(x, y));
    const fluid = 0.03 + 0.02 * tissue(x * 8, y * 8);
    let echo = mix(wall + 0.1 * bell(sac(x, y), 0.01), fluid, inSac);
    const inTrunk = trunk(x, y);
    const spine = 0.5 * bell(inTrunk + 0.02, 0.006) * smoothstep(-0.9, 1, Math.sin(x * 150)) * smoothstep(0.4, 0.43, y);
    echo = mix(echo, 0.3 + 0.22 * folds(x * 20, y * 20) + spine, smoothstep(0.006, -0.006, inTrunk));
    for (const limb of limbs)
      echo = mix(echo, 0.72 + 0.2 * folds(x * 30, y * 30), smoothstep(0.006, -0.004, limb(x, y)));
    const distance = head.values[pixel]!;
    const plexus = Math.max(
      smoothstep(0.006, -0.012, ellipse([0.575, 0.365], [0.03, 0.02], 0.5)(x, y)),
      smoothstep(0.006, -0.012, ellipse([0.628, 0.385], [0.032, 0.02], -0.2)(x, y)),
    );
    const brain = 0.15 + 0.12 * folds(x * 24, y * 24) + 0.26 * plexus + 0.2 * bell(y - 0.345 - 0.2 * (x - 0.6), 0.004);
    const squarely = 0.3 + (0.7 * Math.abs(y - 0.37)) / 0.086;
    echo = mix(echo, brain, smoothstep(0.003, -0.006, distance)) + 0.6 * squarely * bell(distance + 0.003, 0.005);
    const beyond = 1 + 0.3 * smoothstep(0.5, 0.56, y) * bell(x - 0.5, 0.2);
    const fading = 1 - 0.3 * smoothstep(0.3, 0.66, depth) - 0.35 * smoothstep(0.38, 0.62, Math.abs(bearing));
    return 0.008 + inFan * Math.max(0, echo * beyond * fading) * (0.6 + 0.4 * speckle.values[pixel]!);
  });
  return greyPhantom(scan, { fetal_head: maskWithin(head) });
}
