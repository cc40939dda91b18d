import type * as onnxruntime from 'onnxruntime-node';
import type { InferenceSession } from 'onnxruntime-node';
import { ZooError, type Tensor, type Tensors } from '../../contract/index.js';
import type { FoundTensor, FoundTensors } from '../../model/describe-tensors.js';

/** The module, which is loaded only where models run. */
export type Onnx = typeof onnxruntime;

/** Feeds as onnxruntime takes them; nothing is copied. */
export function toOnnx({ Tensor }: Onnx, feeds: Tensors): InferenceSession.FeedsType {
  const entries = Object.entries(feeds).map(([name, { dtype, shape, data }]) => [name, new Tensor(dtype, data, shape)]);
  return Object.fromEntries(entries) as InferenceSession.FeedsType;
}

/** Outputs as plain data; nothing is copied. Throws MODEL_MISMATCH for an element type that medzoo does not carry. */
export function fromOnnx(outputs: InferenceSession.ReturnType): Tensors {
  const entries = Object.entries(outputs).map(([name, { type, dims, data }]) => {
    if (type === 'float32' || type === 'uint8' || type === 'int64') return [name, { dtype: type, shape: dims, data }];
    throw new ZooError('MODEL_MISMATCH', `The output "${name}" is of ${type}; float32, uint8 and int64 are carried.`);
  });
  return Object.fromEntries(entries) as Record<string, Tensor>;
}

/** What a loaded model says that it takes and gives. */
export function findTensors({ inputMetadata, outputMetadata }: InferenceSession): FoundTensors {
  return { inputs: inputMetadata.map(describe), outputs: outputMetadata.map(describe) };
}

function describe(metadata: InferenceSession.ValueMetadata): FoundTensor {
  if (metadata.isTensor) return { name: metadata.name, dtype: metadata.type, shape: metadata.shape };
  return { name: metadata.name, dtype: 'not a tensor', shape: [] };
}
