export { countThreads } from './count-threads.js';
export { createSession } from './create-session.js';
export type { Runner } from './create-session.js';
export { createOnnxBackend } from './onnx-backend.js';
export type { OnnxBackend, OnnxOptions, OnnxSession } from './onnx-backend.js';
