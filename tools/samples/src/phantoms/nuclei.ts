import { createFractalNoise } from '../draw/noise.js';
import { paintGrain, paintPlane, paintSoftGrain, type Plane, type Size } from '../draw/plane.js';
import type { Random } from '../draw/random.js';
import { bell, ellipse, mix, roughen, smoothstep, type Shape } from '../draw/shapes.js';
import { brighten, colourPhantom, greyPhantom, maskWithin, mixColours, type Phantom, type Rgb } from '../phantom.js';

const FLUORESCENCE = { width: 400, height: 320 };
const STAINED = { width: 360, height: 284 };

interface Nucleus {
  readonly shape: Shape;
  /** How much stain it took, about 1. */
  readonly strength: number;
}

/** Fluorescence: nuclei shine on a dark ground, some brighter, some touching. */
export function drawFluorescentNuclei(random: Random): Phantom {
  return shineOn(
    scatterNuclei(FLUORESCENCE, random, {
      ...{ count: 30, radii: [0.026, 0.042], slimness: [0.6, 0.95], gap: -0.004, strengths: [0.55, 1.45] },
    }),
    random,
  );
}

/** As above, but crowded: nuclei press against one another, and most are dim beside a few that are bright. */
export function drawCrowdedNuclei(random: Random): Phantom {
  return shineOn(
    scatterNuclei(FLUORESCENCE, random, {
      ...{ count: 64, radii: [0.036, 0.052], slimness: [0.75, 0.95], gap: -0.016, strengths: [0.1, 1.6] },
    }),
    random,
  );
}

function shineOn(nuclei: readonly Nucleus[], random: Random): Phantom {
  const { distances, strengths } = paintNuclei(FLUORESCENCE, nuclei);
  const chromatin = createFractalNoise(21, 4);
  const haze = createFractalNoise(23, 2);
  const grain = paintGrain(FLUORESCENCE, random);
  const image = paintPlane(FLUORESCENCE, (x, y, pixel) => {
    const distance = distances.values[pixel]!;
    const glow = 0.05 * bell(Math.max(0, distance), 0.02);
    const inside =
      smoothstep(0.005, -0.009, distance) * strengths.values[pixel]! * (0.34 + 0.12 * chromatin(x * 45, y * 45));
    const light = 0.03 + 0.012 * haze(x * 4, y * 4) + glow + inside;
    return light + 0.012 * Math.sqrt(light / 0.1) * grain.values[pixel]!;
  });
  return { ...greyPhantom(image, { nuclei: maskWithin(distances) }), objects: { nuclei: nuclei.length } };
}

const GROUND: Rgb = [0.83, 0.72, 0.86];
const CYTOPLASM: Rgb = [0.72, 0.53, 0.77];
const CHROMATIN: Rgb = [0.33, 0.14, 0.62];

/** A stained section: violet nuclei in pale tissue, in transmitted light. */
export function drawStainedNuclei(random: Random): Phantom {
  const nuclei = scatterNuclei(STAINED, random, {
    count: 17,
    radii: [0.036, 0.062],
    slimness: [0.5, 0.85],
    gap: 0.008,
    strengths: [0.55, 1.45],
  });
  const { distances, strengths } = paintNuclei(STAINED, nuclei);
  const tissue = createFractalNoise(31, 4);
  const chromatin = createFractalNoise(33, 4);
  const grain = paintSoftGrain(STAINED, random);
  const shade = (x: number, y: number, pixel: number): Rgb => {
    const distance = distances.values[pixel]!;
    const fibres = tissue(x * 9 + y * 5, y * 26 - x * 12);
    const cell = bell(Math.max(0, distance), 0.028) * 0.7 + 0.35 * fibres;
    const ground = mixColours(GROUND, CYTOPLASM, Math.max(0, cell) + 0.15 * tissue(x * 40, y * 40));
    const depth =
      strengths.values[pixel]! * (0.85 + 0.35 * chromatin(x * 34, y * 34) + 0.12 * bell(distance + 0.004, 0.004));
    const colour = mixColours(ground, CHROMATIN, smoothstep(0.004, -0.006, distance) * Math.min(1.1, depth));
    return brighten(colour, 0.008 * grain.values[pixel]!);
  };
  return colourPhantom(STAINED, shade, { nuclei: maskWithin(distances) });
}

interface Scatter {
  readonly count: number;
  /** Of the longer half axis. */
  readonly radii: readonly [number, number];
  /** Shorter by longer half axis. */
  readonly slimness: readonly [number, number];
  /** Between two nuclei at least; below 0 they may touch. */
  readonly gap: number;
  /** Of the stain; few are strong. */
  readonly strengths: readonly [number, number];
}

/** Places nuclei at random where there is room; a few lie across the image's rim. */
function scatterNuclei(size: Size, random: Random, { count, radii, slimness, gap, strengths }: Scatter): Nucleus[] {
  const bottom = size.height / size.width;
  const placed: { x: number; y: number; radius: number; nucleus: Nucleus }[] = [];
  for (let attempt = 0; placed.length < count && attempt < 5000; attempt += 1) {
    const [x, y] = [random.between(-0.01, 1.01), random.between(-0.01, bottom + 0.01)];
    const radius = random.between(...radii);
    const across = radius * random.between(...slimness);
    const reach = (radius + across) / 2;
    if (placed.some((other) => Math.hypot(other.x - x, other.y - y) < other.radius + reach + gap)) continue;
    const wave = createFractalNoise(Math.floor(random.between(100, 10_000)), 2);
    const shape = roughen(
      ellipse([x, y], [radius, across], random.between(0, Math.PI)),
      (atX, atY) => 0.12 * radius * wave(atX * 25, atY * 25),
    );
    placed.push({ x, y, radius: reach, nucleus: { shape, strength: mix(...strengths, random.next() ** 1.6) } });
  }
  return placed.map(({ nucleus }) => nucleus);
}

/** At each pixel the distance to the nearest nucleus, and that one's strength. */
function paintNuclei(size: Size, nuclei: readonly Nucleus[]): { readonly distances: Plane; readonly strengths: Plane } {
  const strengths = new Float32Array(size.width * size.height);
  const distances = paintPlane(size, (x, y, pixel) => {
    let nearest = Infinity;
    for (const { shape, strength } of nuclei) {
      const distance = shape(x, y);
      if (distance < nearest) [nearest, strengths[pixel]] = [distance, strength];
    }
    return nearest;
  });
  return { distances, strengths: { size, values: strengths } };
}
