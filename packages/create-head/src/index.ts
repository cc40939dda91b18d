export { EMBEDDING, tinyModel } from './onnx/tiny-model.js';
export type { Task } from './onnx/tiny-model.js';
export { writeOnnx } from './onnx/write-onnx.js';
export type { OnnxGraph, OnnxNode, OnnxTensor, OnnxWeight } from './onnx/write-onnx.js';
