export { checkTensors } from './check-tensors.js';
export type { FoundTensors } from './check-tensors.js';
export type { FoundTensor } from './describe-tensors.js';
export { loadWeights } from './load-weights.js';
export { readEncoderFile, readModelFile } from './read-model-file.js';
