import type { Phantom } from './phantom.js';
import { createRandom, type Random } from './draw/random.js';
import { drawBrainSlice } from './phantoms/brain-slice.js';
import { drawBreastScan } from './phantoms/breast-scan.js';
import { drawChestFilm } from './phantoms/chest-film.js';
import { drawFetalHead } from './phantoms/fetal-head.js';
import { drawFootUlcer } from './phantoms/foot-ulcer.js';
import { drawFluorescentNuclei, drawStainedNuclei } from './phantoms/nuclei.js';
import { drawPolyp } from './phantoms/polyp.js';

/** How a phantom is stored; between them the samples show every format and depth that is read. */
export type SampleFormat = 'png' | 'png16' | 'jpeg' | 'webp' | 'tiff';

interface Sample {
  readonly file: string;
  readonly format: SampleFormat;
  readonly seed: number;
  readonly draw: (random: Random) => Phantom;
}

const SAMPLES = {
  'chest-film': { file: 'chest-film.png', format: 'png16', seed: 1, draw: drawChestFilm },
  'fetal-head': { file: 'fetal-head.png', format: 'png', seed: 1, draw: drawFetalHead },
  'nuclei-fluorescence': { file: 'nuclei-fluorescence.tif', format: 'tiff', seed: 1, draw: drawFluorescentNuclei },
  'nuclei-stained': { file: 'nuclei-stained.png', format: 'png', seed: 1, draw: drawStainedNuclei },
  'foot-ulcer': { file: 'foot-ulcer.jpg', format: 'jpeg', seed: 1, draw: drawFootUlcer },
  polyp: { file: 'polyp.webp', format: 'webp', seed: 2, draw: drawPolyp },
  'brain-slice': { file: 'brain-slice.png', format: 'png', seed: 1, draw: drawBrainSlice },
  'breast-scan': { file: 'breast-scan.png', format: 'png', seed: 1, draw: drawBreastScan },
} as const satisfies Record<string, Sample>;

export type SampleName = keyof typeof SAMPLES;

/** The samples, in the order in which the demo shows them. */
export const SAMPLE_NAMES = Object.keys(SAMPLES) as SampleName[];

/** Where the drawn samples lie: they are part of the repository. */
export const SAMPLES_DIR = new URL('../images/', import.meta.url);

/** The file of a sample. */
export function locateSample(name: SampleName): URL {
  return new URL(SAMPLES[name].file, SAMPLES_DIR);
}

export function sampleFormat(name: SampleName): SampleFormat {
  return SAMPLES[name].format;
}

/** Draws a sample anew, with the truth about it: a second or two each. */
export function drawSample(name: SampleName): Phantom {
  const { seed, draw } = SAMPLES[name];
  return draw(createRandom(seed));
}
