export { samMed2dTiny } from './encoder.js';
export { modelHead } from './model-head.js';
export type { ModelHeadOptions } from './model-head.js';
export { modelHeads } from './model-heads.js';
export { promptable, promptableOn } from './promptable.js';
export type { PromptableManifest } from './promptable.js';
export { samMed2d } from './sam-med2d.js';
export type { PinnedSamMed2dOptions, SamMed2dOptions } from './sam-med2d.js';
