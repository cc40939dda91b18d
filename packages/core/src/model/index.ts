export { checkTensors } from './check-tensors.js';
export type { FoundTensors } from './check-tensors.js';
export type { FoundTensor } from './describe-tensors.js';
export { fetchEncoderFile, fetchModelFile } from './fetch-model-file.js';
export type { FetchModelOptions } from './fetch-model-file.js';
export { loadWeights, prefetchModel, prefetchWeights } from './load-weights.js';
export { readEncoderFile, readModelFile } from './read-model-file.js';
export type { WeightsOptions } from './weights/weights-options.js';
