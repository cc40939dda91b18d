import { elementCount, type ModelSpec, type Tensor, type Tensors, type TensorSpec } from '../../contract/index.js';

type Run = (feeds: Tensors) => Promise<Tensors>;

/**
 * Whether two sessions of a model give the same outputs, bit for bit, for inputs that fit its declaration. A model that
 * cannot be run on these is not known to do so.
 */
export async function giveSameAnswers({ inputs }: Pick<ModelSpec, 'inputs'>, one: Run, other: Run): Promise<boolean> {
  const feeds = Object.fromEntries(inputs.map((input) => [input.name, sampleTensor(input)]));
  try {
    const [expected, found] = [await one(feeds), await other(feeds)];
    const names = Object.keys(expected);
    return names.length > 0 && names.every((name) => isSame(expected[name], found[name]));
  } catch {
    return false;
  }
}

/** float32 from 0 to 1 and bytes, spread by a fixed rule, and zeros for integers, which may be places in a list. */
function sampleTensor({ dtype, shape: declared }: TensorSpec): Tensor {
  const shape = declared.map((length) => (typeof length === 'number' ? length : 1));
  const length = elementCount(shape);
  const spread = (index: number): number => (Math.imul(index + 1, 0x9e3779b1) >>> 0) / 2 ** 32;
  if (dtype === 'float32') return { dtype, shape, data: Float32Array.from({ length }, (_, index) => spread(index)) };
  if (dtype === 'uint8') return { dtype, shape, data: Uint8Array.from({ length }, (_, index) => spread(index) * 256) };
  return { dtype, shape, data: new BigInt64Array(length) };
}

function isSame(one: Tensor | undefined, other: Tensor | undefined): boolean {
  return one !== undefined && other !== undefined && Buffer.compare(bytesOf(one.data), bytesOf(other.data)) === 0;
}

function bytesOf({ buffer, byteOffset, byteLength }: Tensor['data']): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
