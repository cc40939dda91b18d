export { countThreads } from '../host/count-threads.js';
export { createSession } from './onnx/create-session.js';
export type { Runner } from './onnx/create-session.js';
export { describeOnnx } from './onnx/graph/describe-onnx.js';
export type { OnnxDescription } from './onnx/graph/describe-onnx.js';
export { createOnnxBackend } from './onnx/onnx-backend.js';
export type { OnnxBackend, OnnxSession } from './onnx/onnx-backend.js';
export type { OnnxOptions } from './onnx/onnx-options.js';
