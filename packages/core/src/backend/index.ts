// Published as @medzoo/core/backend: what the author of a backend needs, as @medzoo/remote does. It loads no native
// module.
export { untilAborted } from '../flow/abort.js';
export { createSerialQueue } from '../flow/serial-queue.js';
export type { SerialQueue } from '../flow/serial-queue.js';
export { checkFinite, checkTensorValues } from '../model/check-tensor-values.js';
export { checkTensors } from '../model/check-tensors.js';
export type { FoundTensor, FoundTensors } from '../model/describe-tensors.js';
export { LONGEST_RETRY_MS, parseRetryAfter, waitToRetry } from '../model/wait-to-retry.js';
export { describeUrl } from '../model/weights/fetch/weights-url.js';
