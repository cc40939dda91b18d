import type { Onnx } from './onnx-tensors.js';

/** Read by the library as it loads. */
const VARIABLE = 'ORT_DISABLE_TELEMETRY';

/**
 * onnxruntime, which core loads nowhere else. Unless told not to, it reports its use to its maker (1.30 on Linux: a
 * device id that it keeps in the home folder, the process's name, the graph's and the providers'). A process that has
 * patients' images reports to nobody, so that is off unless the environment says otherwise (`ORT_DISABLE_TELEMETRY=0`).
 */
export async function loadOnnxruntime(): Promise<Onnx> {
  process.env[VARIABLE] ??= '1';
  return import('onnxruntime-node');
}
