import { createFractalNoise } from '../draw/noise.js';
import { paintGrain, paintPlane } from '../draw/plane.js';
import type { Random } from '../draw/random.js';
import { bell, ellipse, smoothstep, type Shape, type Vec } from '../draw/shapes.js';
import { greyPhantom, maskWithin, type Phantom } from '../phantom.js';

const SIZE = { width: 448, height: 216 };

/** Rows of nuclei from the embryo's rim inwards: depth of the row under the rim, in the image's width. */
const ROWS = [0.006, 0.02];
const SPACING = 0.0125;

interface Nucleus {
  readonly at: Vec;
  readonly shape: Shape;
}

/** A fly's embryo under fluorescence: hundreds of nuclei just under its skin, each a few pixels wide. */
export function drawEmbryo(random: Random): Phantom {
  const [centre, radii, angle] = [[0.5, 0.24], [0.385, 0.165], -0.12] as const;
  const outline = ellipse(centre, radii, angle);
  const nuclei = ROWS.flatMap((depth) => placeRow(centre, [radii[0] - depth, radii[1] - depth], angle, random));
  const distances = paintPlane(SIZE, nearestOf(nuclei));
  const haze = createFractalNoise(221, 4);
  const grain = paintGrain(SIZE, random);
  const image = paintPlane(SIZE, (x, y, pixel) => {
    const depth = -outline(x, y);
    const yolk = 0.09 * smoothstep(0.03, 0.075, depth) * (1 + 0.9 * haze(x * 9, y * 9));
    const rim = 0.05 * bell(depth - 0.012, 0.014);
    const nucleus = 0.3 * smoothstep(0.0025, -0.0035, distances.values[pixel]!) * (1 + 0.5 * haze(x * 40, y * 40));
    const light = 0.012 + yolk + rim + nucleus;
    return light + 0.01 * Math.sqrt(light / 0.1) * grain.values[pixel]!;
  });
  return greyPhantom(image, { nuclei: maskWithin(distances) });
}

/** Nuclei side by side along an ellipse, upright on it. */
function placeRow(
  [centreX, centreY]: readonly [number, number],
  [across, down]: readonly [number, number],
  angle: number,
  random: Random,
): Nucleus[] {
  const row: Nucleus[] = [];
  for (let turn = 0; turn < 2 * Math.PI;) {
    const [u, v] = [across * Math.cos(turn), down * Math.sin(turn)];
    const at = [
      centreX + u * Math.cos(angle) - v * Math.sin(angle),
      centreY + u * Math.sin(angle) + v * Math.cos(angle),
    ] as const;
    const upright = Math.atan2(Math.sin(turn) / down, Math.cos(turn) / across) + angle;
    const radii = [random.between(0.0058, 0.0072), random.between(0.0036, 0.0044)] as const;
    row.push({ at, shape: ellipse(at, radii, upright) });
    turn += (SPACING * random.between(0.9, 1.1)) / Math.hypot(across * Math.sin(turn), down * Math.cos(turn));
  }
  return row;
}

/** Infinity far from all of them: there are hundreds, and a pixel is near a few. */
function nearestOf(nuclei: readonly Nucleus[]): Shape {
  return (x, y) => {
    let nearest = Infinity;
    for (const { at, shape } of nuclei) {
      if (Math.abs(x - at[0]) + Math.abs(y - at[1]) < 0.03) nearest = Math.min(nearest, shape(x, y));
    }
    return nearest;
  };
}
