import type { InferenceSession } from 'onnxruntime-node';
import type { MappedFile } from '../memory/mapped-files.js';
import { scalesByRun, type LoadedModel } from '../onnx/load-model.js';
import type { Onnx } from '../onnx/onnx-tensors.js';
import { WEIGHTS, type PackedModel } from './folder/packed-record.js';

/**
 * What ONNX Runtime is told when it opens a model from its bytes, to write it down as it is in memory then. Smaller
 * weights stay in the graph: there are kernels of int8 among them that are no multiple of 64 bytes long, and whatever
 * lies behind one could not be read (external-data.ts).
 */
const SAVING = {
  'session.optimized_model_external_initializers_file_name': WEIGHTS,
  'session.optimized_model_external_initializers_min_size_in_bytes': '32768',
  'session.save_external_prepacked_constant_initializers': '1',
} as const;

/** What a session is opened from. */
export interface SessionSource {
  readonly create: (options: InferenceSession.SessionOptions) => Promise<InferenceSession>;
  /** The file of weights that the session maps. */
  readonly mapped?: MappedFile;
  readonly scalesByRun: boolean;
}

/** A model's verified bytes. */
export function bytesSource({ InferenceSession }: Onnx, model: LoadedModel): SessionSource {
  return {
    scalesByRun: scalesByRun(model),
    create: (options) =>
      InferenceSession.create(model.bytes, { ...options, ...(model.data && { externalData: [model.data] }) }),
  };
}

/** The same, written to `graph` and beside it as it is packed. */
export function savingSource(onnx: Onnx, model: LoadedModel, graph: string): SessionSource {
  const source = bytesSource(onnx, model);
  return {
    ...source,
    create: (options) =>
      source.create({ ...options, optimizedModelFilePath: graph, extra: { ...options.extra, ...SAVING } }),
  };
}

/** A packed model, whose graph is optimised already. */
export function packedSource({ InferenceSession }: Onnx, packed: PackedModel): SessionSource {
  const { key, path, mappedBytes, scalesByRun: scales } = packed;
  return {
    scalesByRun: scales,
    mapped: { key, bytes: mappedBytes },
    create: (options) => InferenceSession.create(path, { ...options, graphOptimizationLevel: 'disabled' }),
  };
}
