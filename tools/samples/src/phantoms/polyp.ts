import { createFractalNoise } from '../draw/noise.js';
import { paintPlane, paintSoftGrain } from '../draw/plane.js';
import type { Random } from '../draw/random.js';
import { bell, clamp, ellipse, mix, roughen, smoothstep, type Vec } from '../draw/shapes.js';
import { brighten, colourPhantom, maskWithin, mixColours, scaleColour, type Phantom, type Rgb } from '../phantom.js';

const SIZE = { width: 430, height: 372 };

const MUCOSA: Rgb = [0.8, 0.49, 0.4];
const VESSEL: Rgb = [0.62, 0.22, 0.2];
const POLYP: Rgb = [0.84, 0.46, 0.38];
const SHINE: Rgb = [1, 0.98, 0.95];

const LUMEN: Vec = [0.66, 0.25];
/** Something that bulges from the wall. */
export interface Bulge {
  readonly at: Vec;
  readonly radii: Vec;
  readonly angle: number;
}
const POLYP_AT: Bulge = { at: [0.37, 0.53], radii: [0.138, 0.118], angle: -0.5 };

export interface ColonFrame {
  /** Where the colon goes on. */
  readonly lumen?: Vec;
  readonly polyps?: readonly Bulge[];
  /** Thick folds of the wall that hang into view: as round and as bright as a polyp, and none. */
  readonly folds?: readonly Bulge[];
  /** Where the lamp is so near that the frame is overexposed, and how far that reaches. */
  readonly glare?: { readonly at: Vec; readonly radius: number };
}

/** A colonoscopy frame: folds around a dark lumen, and a polyp that bulges towards the lamp. */
export function drawPolyp(
  random: Random,
  { lumen = LUMEN, polyps = [POLYP_AT], folds = [], glare }: ColonFrame = {},
): Phantom {
  const wander = createFractalNoise(53, 3);
  const paintBulges = (bulges: readonly Bulge[], roughness: number) =>
    bulges.map((bulge) => {
      const outline = ellipse(bulge.at, bulge.radii, bulge.angle);
      const plane = paintPlane(
        SIZE,
        roughen(outline, (x, y) => roughness * share(bulge) * wander(x * 9, y * 9)),
      );
      return { ...bulge, plane };
    });
  const lumps = paintBulges(polyps, 0.02);
  const hanging = paintBulges(folds, 0.004);
  const mottle = createFractalNoise(51, 4);
  const vessels = createFractalNoise(55, 4);
  const pits = createFractalNoise(57, 2);
  const grain = paintSoftGrain(SIZE, random);
  const shine = scatterShine(random, polyps[0] ?? POLYP_AT);

  const wallAt = (x: number, y: number): Rgb => {
    const [dx, dy] = [x - lumen[0], (y - lumen[1]) * 1.15];
    const bearing = Math.atan2(dy, dx);
    const depth = Math.hypot(dx, dy) * (1 + 0.35 * wander(Math.cos(bearing) * 0.9 + 9, Math.sin(bearing) * 0.9));
    const fold = Math.log(depth + 0.03) * 2.7 + 0.5 * wander(x * 3, y * 3);
    const phase = fold - Math.floor(fold);
    const ridge = bell(phase - 0.72, 0.12) - 0.75 * bell(phase - 0.97, 0.07) - 0.5 * bell(phase + 0.03, 0.07);
    const folds = 0.3 * ridge * smoothstep(0.7, 0.25, depth);
    const light = 0.05 + 1.0 * smoothstep(0.03, 0.36, depth) * (1 + folds) - 0.1 * smoothstep(0.45, 0.8, depth);
    const threads = bell(vessels(x * 7 + 1.5 * wander(x * 5, y * 5), y * 7), 0.022) * smoothstep(0.2, 0.4, depth);
    const tone = mixColours(
      MUCOSA,
      VESSEL,
      0.25 + 0.35 * mottle(x * 4, y * 4) + 0.22 * threads + 0.2 * smoothstep(0.35, 0, depth),
    );
    return scaleColour(tone, Math.max(0.03, light * (1 + 0.12 * mottle(x * 14, y * 14))));
  };
  const bulgeAt = (
    x: number,
    y: number,
    depth: number,
    { at, radii }: Bulge,
    [colour, pitted]: readonly [Rgb, number],
  ): Rgb => {
    const height = Math.sqrt(clamp(depth / (0.12 * share({ radii })), 0, 1));
    const facing = clamp(
      0.68 + 0.44 * height - 0.5 * (x - at[0]) * (1 - height) - 0.6 * (y - at[1]) * (1 - height),
      0,
      1.2,
    );
    const surface = 1 + pitted * pits(x * 60, y * 60) + 0.12 * mottle(x * 16, y * 16);
    const tone = mixColours(colour, VESSEL, clamp(0.3 * mottle(x * 9, y * 9) + 0.35 * (1 - height) + 0.12, 0, 1));
    return scaleColour(tone, facing * surface * 1.08);
  };
  const shade = (x: number, y: number, pixel: number): Rgb => {
    const seen = smoothstep(0.006, -0.006, outsideField(x, y));
    if (seen === 0) return [0.012, 0.012, 0.014];
    let surface = wallAt(x, y);
    const cover = (bulge: Bulge, distance: number, tissue: readonly [Rgb, number]): void => {
      const foot = mix(
        1,
        0.6,
        bell(Math.max(0, distance), 0.022) * (0.55 + 0.45 * clamp((x + y - bulge.at[0] - bulge.at[1]) / 0.15, -1, 1)),
      );
      surface = mixColours(
        scaleColour(surface, foot),
        bulgeAt(x, y, -distance, bulge, tissue),
        smoothstep(0.005, -0.006, distance),
      );
    };
    for (const fold of hanging) cover(fold, fold.plane.values[pixel]!, [MUCOSA, 0]);
    for (const lump of lumps) cover(lump, lump.plane.values[pixel]!, [POLYP, 0.16]);
    const glaring = glare ? bell(Math.hypot(x - glare.at[0], y - glare.at[1]), glare.radius) : 0;
    const lit = mixColours(
      scaleColour(surface, 1 + 2.2 * glaring),
      SHINE,
      Math.max(shine(x, y), smoothstep(0.35, 0.8, glaring)),
    );
    return brighten(scaleColour(lit, seen), 0.01 * grain.values[pixel]!);
  };
  const nearest = paintPlane(SIZE, (_x, _y, pixel) =>
    lumps.reduce((least, { plane }) => Math.min(least, plane.values[pixel]!), Infinity),
  );
  return colourPhantom(SIZE, shade, { polyp: maskWithin(nearest) });
}

/** How large a bulge is beside the sample's polyp. */
function share({ radii }: Pick<Bulge, 'radii'>): number {
  return Math.min(...radii) / 0.118;
}

/** Distance to the endoscope's field of view: a square with cut corners. */
function outsideField(x: number, y: number): number {
  const [across, down] = [Math.abs(x - 0.5), Math.abs(y - SIZE.height / SIZE.width / 2)];
  return Math.max(across - 0.485, down - 0.42, (across + down - 0.69) * Math.SQRT1_2);
}

/** Where moist tissue mirrors the lamp: a large spot on the polyp, small ones here and there. */
function scatterShine(random: Random, polyp: Bulge): (x: number, y: number) => number {
  const size = share(polyp);
  const spots = Array.from({ length: 26 }, (_, index) => {
    const onPolyp = index < 5;
    const at = onPolyp
      ? ([polyp.at[0] + size * random.between(-0.07, 0.03), polyp.at[1] + size * random.between(-0.075, 0.02)] as const)
      : ([random.between(0.08, 0.95), random.between(0.3, 0.82)] as const);
    const radius = index === 0 ? 0.015 * size : random.between(0.0025, 0.007);
    return ellipse(at, [radius * random.between(1, 2.4), radius], random.between(0, Math.PI));
  });
  return (x, y) => spots.reduce((most, spot) => Math.max(most, smoothstep(0.0025, -0.0025, spot(x, y))), 0) * 0.95;
}
