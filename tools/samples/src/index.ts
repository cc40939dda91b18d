export type { Phantom } from './phantom.js';
export { drawSample, locateSample, SAMPLE_NAMES, SAMPLES_DIR } from './samples.js';
export type { SampleName } from './samples.js';
