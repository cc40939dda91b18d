import { createFractalNoise } from '../draw/noise.js';
import { paintPlane, paintSoftGrain } from '../draw/plane.js';
import type { Random } from '../draw/random.js';
import { bell, ellipse, roughen, smoothstep, type Shape, type Vec } from '../draw/shapes.js';
import { greyPhantom, maskWithin, type Phantom } from '../phantom.js';

const SIZE = { width: 360, height: 344 };
const BOTTOM = SIZE.height / SIZE.width;

interface Cell {
  readonly cytoplasm: Shape;
  readonly nucleus: Shape;
  readonly at: Vec;
  /** How much stain the cytoplasm took. */
  readonly stain: number;
}

/**
 * A smear of flat cells in transmitted light: wide folded cytoplasm, in each a nucleus a few pixels wide; some lie in
 * clumps.
 */
export function drawCellSmear(random: Random): Phantom {
  const cells = [...scatterCells(random, 13), ...clump(random, [0.58, 0.6], 9)];
  const nuclei = paintPlane(SIZE, (x, y) =>
    cells.reduce((least, { nucleus }) => Math.min(least, nucleus(x, y)), Infinity),
  );
  const folds = createFractalNoise(231, 4);
  const debris = createFractalNoise(233, 3);
  const grain = paintSoftGrain(SIZE, random);
  const image = paintPlane(SIZE, (x, y, pixel) => {
    let stain = 0.02 * folds(x * 4, y * 4);
    for (const { cytoplasm, stain: strength } of cells) {
      const distance = cytoplasm(x, y);
      if (distance > 0.02) continue;
      const crease = 0.6 * bell(folds(x * 7 + 40 * strength, y * 7), 0.05) + 0.8 * folds(x * 13, y * 13 + 9 * strength);
      stain +=
        strength * smoothstep(0.004, -0.005, distance) * (1 + crease) + 0.4 * strength * bell(distance + 0.002, 0.003);
    }
    stain += 0.5 * smoothstep(0.0035, -0.0035, nuclei.values[pixel]!);
    stain += 0.5 * smoothstep(0.6, 0.75, debris(x * 26, y * 26));
    return 0.93 * Math.exp(-stain) + 0.008 * grain.values[pixel]!;
  });
  return greyPhantom(image, { nuclei: maskWithin(nuclei) });
}

function scatterCells(random: Random, count: number): Cell[] {
  const cells: Cell[] = [];
  for (let attempt = 0; cells.length < count && attempt < 3000; attempt += 1) {
    const at = [random.between(0, 1), random.between(0, BOTTOM)] as const;
    if (Math.hypot(at[0] - 0.58, at[1] - 0.6) < 0.24) continue;
    if (cells.some((other) => Math.hypot(other.at[0] - at[0], other.at[1] - at[1]) < 0.17)) continue;
    cells.push(drawCell(random, at));
  }
  return cells;
}

function clump(random: Random, [x, y]: Vec, count: number): Cell[] {
  return Array.from({ length: count }, () =>
    drawCell(random, [x + 0.09 * random.normal(), y + 0.07 * random.normal()]),
  );
}

function drawCell(random: Random, at: Vec): Cell {
  const radius = random.between(0.06, 0.085);
  const wave = createFractalNoise(Math.floor(random.between(100, 10_000)), 2);
  const cytoplasm = roughen(
    ellipse(at, [radius, radius * random.between(0.7, 0.95)], random.between(0, Math.PI)),
    (x, y) => 0.55 * radius * wave(x * 14, y * 14),
  );
  const nucleus = ellipse(
    [at[0] + 0.2 * radius * random.normal(), at[1] + 0.2 * radius * random.normal()],
    [random.between(0.0095, 0.0125), random.between(0.008, 0.01)],
    random.between(0, Math.PI),
  );
  return { cytoplasm, nucleus, at, stain: random.between(0.1, 0.32) };
}
