import { cropPhantom } from './alter/crop-phantom.js';
import { createFractalNoise } from './draw/noise.js';
import { createRandom, type Random } from './draw/random.js';
import { bell, ellipse, smoothstep } from './draw/shapes.js';
import type { Phantom } from './phantom.js';
import { drawBrainSlice } from './phantoms/brain-slice.js';
import { drawBreastScan, type BreastScan } from './phantoms/breast-scan.js';
import { drawCellSmear } from './phantoms/cell-smear.js';
import { drawChildFilm } from './phantoms/child-film.js';
import { drawEarlyPregnancy } from './phantoms/early-pregnancy.js';
import { drawEmbryo } from './phantoms/embryo.js';
import { drawFetalHead } from './phantoms/fetal-head.js';
import { drawLegUlcer } from './phantoms/leg-ulcer.js';
import { drawCrowdedNuclei } from './phantoms/nuclei.js';
import { drawPaintedToes } from './phantoms/painted-toes.js';
import { drawPolyp, type Bulge } from './phantoms/polyp.js';
import { stampCalipers, stampLeads } from './alter/stamps.js';

/** The way on is out of view, so that nothing but the polyps asks for attention. */
const ASIDE = [0.93, 0.02] as const;
const SMALL_POLYP: Bulge = { at: [0.43, 0.42], radii: [0.06, 0.052], angle: 0 };
const POLYP_BY_THE_LAMP: Bulge = { at: [0.56, 0.57], radii: [0.075, 0.06], angle: 0 };
// prettier-ignore
const POLYPOSIS = [
  [0.3, 0.3], [0.2, 0.45], [0.33, 0.55], [0.45, 0.68], [0.62, 0.6], [0.75, 0.7], [0.85, 0.5], [0.5, 0.47],
] as const;
const SMOOTH_MASS: BreastScan = { at: [0.47, 0.33], radii: [0.1, 0.062], roughness: 0.008, shadow: 0 };

/**
 * Phantoms of what is hard, each after a kind of error that the shipped heads make on real images, and easier ones
 * beside them.
 */
const HARD_PHANTOMS = {
  'child-film': drawChildFilm,
  'cropped-film': (random) => cropPhantom(drawChildFilm(random), { left: 0, top: 118, width: 400, height: 138 }),
  'gas-in-stomach': (random) => drawChildFilm(random, { gas: ellipse([0.71, 0.61], [0.11, 0.07], -0.15) }),
  'white-lung': drawWhiteLung,
  'faint-pneumonia': drawFaintPneumonia,
  'leads-on-chest': (random) => stampLeads(drawChildFilm(random)),
  'early-pregnancy': drawEarlyPregnancy,
  'head-cut-off': (random) => drawFetalHead(random, { moved: [0.2, 0.14], size: 1.35 }),
  embryo: drawEmbryo,
  'cell-smear': drawCellSmear,
  'crowded-nuclei': drawCrowdedNuclei,
  'leg-with-sock': (random) => drawLegUlcer(random),
  'leg-without-sock': (random) => drawLegUlcer(random, { hasSock: false }),
  'painted-toes': (random) => drawPaintedToes(random),
  'bare-toes': (random) => drawPaintedToes(random, { isPainted: false }),
  'polyp-beside-fold': (random) =>
    drawPolyp(random, {
      lumen: ASIDE,
      polyps: [SMALL_POLYP],
      folds: [{ at: [0.75, 0.62], radii: [0.36, 0.16], angle: -0.25 }],
    }),
  'polyp-without-fold': (random) => drawPolyp(random, { lumen: ASIDE, polyps: [SMALL_POLYP] }),
  'polyp-in-glare': (random) =>
    drawPolyp(random, { lumen: ASIDE, polyps: [POLYP_BY_THE_LAMP], glare: { at: [0.43, 0.6], radius: 0.14 } }),
  'polyp-without-glare': (random) => drawPolyp(random, { lumen: ASIDE, polyps: [POLYP_BY_THE_LAMP] }),
  'many-polyps': (random) =>
    drawPolyp(random, {
      lumen: ASIDE,
      polyps: POLYPOSIS.map((at, index) => ({ at, radii: [0.034 + 0.004 * (index % 3), 0.03], angle: index })),
    }),
  'isoechoic-mass': (random) => drawBreastScan(random, { ...SMOOTH_MASS, echoes: 0.8 }),
  'dark-mass': (random) => drawBreastScan(random, SMOOTH_MASS),
  'measured-mass': (random) =>
    stampCalipers(drawBreastScan(random, SMOOTH_MASS), [
      [
        [0.37, 0.345],
        [0.57, 0.315],
      ],
      [
        [0.463, 0.27],
        [0.479, 0.393],
      ],
    ]),
  'solid-glioma': (random) =>
    drawBrainSlice(random, {
      tumour: {
        kind: 'glioma',
        at: [0.605, 0.43],
        radii: [0.06, 0.048],
        brightness: 0.7,
        swelling: { at: [0.58, 0.46], amount: 0.5 },
      },
    }),
  'faint-meningioma': (random) =>
    drawBrainSlice(random, {
      tumour: {
        kind: 'meningioma',
        at: [0.7, 0.36],
        radii: [0.085, 0.07],
        brightness: 0.54,
        swelling: { at: [0.62, 0.42], amount: 0 },
      },
    }),
  'brain-without-tumour': (random) => drawBrainSlice(random, { tumour: null }),
} as const satisfies Record<string, (random: Random) => Phantom>;

export type HardPhantomName = keyof typeof HARD_PHANTOMS;

export const HARD_PHANTOM_NAMES = Object.keys(HARD_PHANTOMS) as HardPhantomName[];

/** Draws one of them, the same again each time, with the truth about it: about a second each. */
export function drawHardPhantom(name: HardPhantomName): Phantom {
  return HARD_PHANTOMS[name](createRandom(1));
}

/** Nearly all of the left lung filled by something as dense as the heart. */
function drawWhiteLung(random: Random): Phantom {
  const wander = createFractalNoise(301, 3);
  const dense = ellipse([0.72, 0.5], [0.2, 0.26]);
  return drawChildFilm(random, {
    opacity: (x, y) => 0.92 * smoothstep(0.02, -0.06, dense(x, y) + 0.05 * wander(x * 9, y * 9)),
  });
}

/** Faint streaks and patches around both hila, as a viral pneumonia may leave it at. */
function drawFaintPneumonia(random: Random): Phantom {
  const patches = createFractalNoise(303, 3);
  return drawChildFilm(random, {
    opacity: (x, y) =>
      0.7 * Math.max(0, patches(x * 17, y * 17) + 0.25) * bell(Math.abs(x - 0.5) - 0.13, 0.06) * bell(y - 0.33, 0.1),
  });
}
