import { float32Tensor, type ModelSpec, type Tensors } from '@medzoo/core/contract';
import { createRemoteBackend } from '../src/remote-backend.js';
import type { RemoteOptions } from '../src/remote-options.js';

/** One tensor in, its double out. */
export const double: ModelSpec = {
  url: 'file:///nowhere/double.onnx',
  sha256: 'd'.repeat(64),
  bytes: 10,
  inputs: [{ name: 'x', dtype: 'float32', shape: ['n', 2] }],
  outputs: [{ name: 'y', dtype: 'float32', shape: ['n', 2] }],
};
export const feeds = { x: float32Tensor([1, 2], Float32Array.of(1, 2.5)) };
export const doubled = { y: float32Tensor([1, 2], Float32Array.of(2, 5)) };

export function runDouble({ x }: Tensors): Tensors {
  const values = Float32Array.from(x!.data as Float32Array, (value) => 2 * value);
  return { y: float32Tensor(x!.shape, values) };
}

/** The first of the test models, in TypeScript. */
export function runTypes({ floats, bytes, longs }: Tensors): Tensors {
  const sum = Float32Array.from(floats!.data as Float32Array, (value, index) => value + Number(bytes!.data[index]));
  return { sum: float32Tensor(floats!.shape, sum), same_bytes: bytes!, same_longs: longs! };
}

/** The second. */
export function runNan(): Tensors {
  return { logits: float32Tensor([1, 3], Float32Array.of(NaN, 0, 0)) };
}

/** A backend for servers that have `double`, which loses no time before it asks again. */
export function backendOf(servers: readonly { readonly url: string }[], options: Partial<RemoteOptions> = {}) {
  const urls = servers.map(({ url }) => url);
  return createRemoteBackend({ urls, modelName: () => 'double', retryAfterMs: 5, ...options });
}
