export { encodePhantom } from './files/encode-phantom.js';
export { drawHardPhantom, HARD_PHANTOM_NAMES } from './hard-phantoms.js';
export type { HardPhantomName } from './hard-phantoms.js';
export type { Phantom } from './phantom.js';
export { drawSample, locateSample, SAMPLE_NAMES, SAMPLES_DIR } from './samples.js';
export type { SampleName } from './samples.js';
export { writeSpotSet } from './files/write-spot-set.js';
