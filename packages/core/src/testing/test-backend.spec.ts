import { describe, it } from 'vitest';
import { float32Tensor, type Tensors } from '../contract/index.js';
import { loadWeights } from '../model/load-weights.js';
import { createOnnxBackend } from '../sessions/onnx/onnx-backend.js';
import { createFakeBackend } from './fake-backend.js';
import { testBackend } from './test-backend.js';
import { TEST_MODELS } from './test-models.js';

describe('the backend of onnxruntime', () => {
  testBackend(() => createOnnxBackend({ threads: 1 }), { it });
});

/** The test models, in TypeScript. */
function runFake(feeds: Tensors, { url }: { url: string }): Tensors {
  if (url === TEST_MODELS.nan.url) return { logits: float32Tensor([1, 3], Float32Array.of(NaN, 0, 0)) };
  const { floats, bytes, longs } = feeds;
  const sum = Float32Array.from(floats!.data as Float32Array, (value, index) => value + Number(bytes!.data[index]));
  return { sum: float32Tensor(floats!.shape, sum), same_bytes: bytes!, same_longs: longs! };
}

describe('the fake backend', () => {
  const tensors = ({ url }: { url: string }) => (url === TEST_MODELS.nan.url ? TEST_MODELS.nan : TEST_MODELS.types);
  testBackend(() => createFakeBackend({ open: loadWeights, tensors, run: runFake }), { it });
});
