import { createFractalNoise } from '../draw/noise.js';
import { paintPlane, paintSoftGrain } from '../draw/plane.js';
import type { Random } from '../draw/random.js';
import { bell, ellipse, join, mix, roughen, smoothOutline, smoothstep, type Vec } from '../draw/shapes.js';
import { greyPhantom, maskWithin, type Phantom } from '../phantom.js';

const SIZE = { width: 380, height: 444 };

/** The right half of the brain's outline in an axial slice, from the forehead down; the left mirrors it. */
// prettier-ignore
const HALF: readonly Vec[] = [[0, -0.39], [0.11, -0.37], [0.21, -0.29], [0.275, -0.14], [0.295, 0.03], [0.27, 0.2], [0.19, 0.335], [0.09, 0.395]];

const MIDDLE: Vec = [0.5, 0.585];

/** A tumour as the slice shows it. */
export interface Tumour {
  /** What it was drawn as. */
  readonly kind: 'meningioma' | 'glioma';
  readonly at: Vec;
  readonly radii: Vec;
  /** How bright it is after contrast; the white matter is 0.45. */
  readonly brightness: number;
  /** Where it has made the brain swell, and how much, 0..1. */
  readonly swelling: { readonly at: Vec; readonly amount: number };
}

// prettier-ignore
const AT_THE_DURA: Tumour = {
  kind: 'meningioma', at: [0.685, 0.345], radii: [0.092, 0.078], brightness: 0.74, swelling: { at: [0.62, 0.42], amount: 0.75 },
};

export interface BrainSlice {
  /** Undefined for the sample's meningioma, null for none. */
  readonly tumour?: Tumour | null;
}

/**
 * An axial slice of a head after contrast, T1-weighted: scalp, dark skull, folded cortex, ventricles, and a tumour at
 * the dura.
 */
export function drawBrainSlice(random: Random, { tumour: lesion = AT_THE_DURA }: BrainSlice = {}): Phantom {
  const outline = smoothOutline(
    [
      ...HALF,
      [0, 0.385],
      ...HALF.slice(1)
        .reverse()
        .map(([x, y]): Vec => [-x, y]),
    ].map(([x, y]): Vec => [MIDDLE[0] + x, MIDDLE[1] + y]),
  );
  const brain = paintPlane(SIZE, outline);
  const { at, radii, brightness, swelling } = lesion ?? AT_THE_DURA;
  const wander = createFractalNoise(61, 3);
  const lump = roughen(ellipse(at, radii, 0.7), (x, y) => 0.016 * wander(x * 12, y * 12));
  const tumour = paintPlane(SIZE, (x, y, pixel) => (lesion ? Math.max(lump(x, y), brain.values[pixel]!) : 1));
  const swollenArea = roughen(ellipse(swelling.at, [0.13, 0.115], 0.7), (x, y) => 0.05 * wander(x * 9, y * 9));
  const tissue = createFractalNoise(63, 4);
  const grain = paintSoftGrain(SIZE, random);
  const ventricles = mirrored(
    join(ellipse([0.042, -0.105], [0.022, 0.085], -0.35), ellipse([0.052, 0.1], [0.02, 0.1], 0.42), 0.03),
  );
  const nuclei = mirrored(ellipse([0.105, -0.02], [0.05, 0.09], 0.25));

  const slice = paintPlane(SIZE, (x, y, pixel) => {
    const distance = brain.values[pixel]!;
    const noise = 0.008 * grain.values[pixel]!;
    const [dx, dy] = [x - MIDDLE[0], y - MIDDLE[1]];
    const head = headAround(distance, tissue(x * 10, y * 10));
    if (distance > 0.02) return head + noise;

    const warpX = x + 0.035 * wander(x * 9, y * 9);
    const warpY = y + 0.035 * wander(x * 9 + 20, y * 9);
    const fold = tissue(warpX * 9 + 30, warpY * 9);
    const depth = -distance;
    const sulcus = bell(fold, 0.035) * smoothstep(0.1, 0.035, depth + 0.03 * wander(x * 20, y * 20));
    const cortex = Math.max(bell(fold, 0.12) * smoothstep(0.13, 0.05, depth), smoothstep(0.022, 0.008, depth));
    const white = 0.45 + 0.03 * tissue(x * 14, y * 14);
    const grey = mix(white, 0.345, Math.max(cortex, 0.75 * smoothstep(0.008, -0.01, nuclei(dx, dy))));
    const folded = mix(grey, 0.13, Math.min(1, 0.9 * sulcus));
    const falx = bell(dx - 0.003 * wander(3, y * 12), 0.004) * smoothstep(0.1, 0.16, Math.abs(dy + 0.02));
    const watery = mix(
      folded,
      0.1,
      Math.max(smoothstep(0.006, -0.006, ventricles(dx, dy)), bell(dx, 0.0045) * smoothstep(0.09, 0.05, Math.abs(dy))),
    );
    const swollen = mix(watery, 0.29, (lesion ? swelling.amount : 0) * smoothstep(0.015, -0.02, swollenArea(x, y)));
    const vessels = 0.3 * falx + 0.3 * bell(Math.hypot(dx, dy - 0.375), 0.009);
    const inTumour = smoothstep(0.006, -0.006, tumour.values[pixel]!);
    const enhanced = brightness + 0.09 * tissue(x * 22, y * 22) + 0.05 * bell(tumour.values[pixel]! + 0.006, 0.006);
    const inside = mix(swollen + vessels, enhanced, inTumour);
    return mix(head, inside, smoothstep(0.004, -0.004, distance)) + noise;
  });
  return greyPhantom(slice, lesion ? { [lesion.kind]: maskWithin(tumour) } : {});
}

/** Outwards of the brain: a thin bright dura, fluid and bone (both dark), marrow, fat under the skin, air. */
function headAround(distance: number, uneven: number): number {
  const scalp = smoothstep(0.034, 0.042, distance) * smoothstep(0.082 + 0.01 * uneven, 0.074 + 0.01 * uneven, distance);
  const marrow = 0.28 * bell(distance - 0.028, 0.004) * (1 + uneven);
  const skin = 0.18 * bell(distance - 0.074, 0.005);
  return 0.015 + scalp * (0.62 + 0.25 * uneven) + marrow + 0.2 * bell(distance - 0.003, 0.003) - skin * scalp;
}

/** A shape of the right half, on both sides. */
function mirrored(shape: (x: number, y: number) => number): (x: number, y: number) => number {
  return (x, y) => shape(Math.abs(x), y);
}
