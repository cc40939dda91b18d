/** ONNX Runtime's execution providers, by the names that it gives them. */
export const PROVIDER_NAMES = [
  'cpu',
  'cuda',
  'tensorrt',
  'webgpu',
  'dml',
  'coreml',
  'rocm',
  'migraphx',
  'openvino',
  'qnn',
  'xnnpack',
] as const;
