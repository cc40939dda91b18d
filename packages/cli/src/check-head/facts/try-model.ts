import { createOnnxBackend, type OnnxDescription } from '@medzoo/core';
import type { ModelSpec, Tensor, Tensors, TensorSpec } from '@medzoo/core/contract';
import { pathToFileURL } from 'node:url';
import { describeError } from '../../describe-error.js';
import { createRandom } from '../../statistics/bootstrap.js';
import type { Trial } from './head-facts.type.js';

/** Enough to tell a softmax from logits that happen to be positive. */
const TRIALS = 8;
/** Free dimensions other than the batch, such as a number of points, are tried at this length. */
const TRIED_LENGTH = 2;
const CARRIED = ['float32', 'uint8', 'int64'];

/**
 * Runs a model on made-up embeddings of standard deviation 1, alone and two together. Rejects with what the runtime
 * says. The model is opened as it is, whatever its model.json declares; only `data` says where its external data lie.
 */
export async function tryModel(
  path: string,
  { inputs, outputs }: Pick<OnnxDescription, 'inputs' | 'outputs'>,
  file: Pick<ModelSpec, 'sha256' | 'bytes' | 'data'>,
): Promise<Trial> {
  const odd = [...inputs, ...outputs].find(({ dtype }) => !CARRIED.includes(dtype));
  if (odd) throw new Error(`${odd.name} is of ${odd.dtype}, which a zoo does not carry.`);
  const backend = await createOnnxBackend({ threads: 1 });
  const spec = {
    url: pathToFileURL(path).href,
    ...file,
    inputs: inputs as TensorSpec[],
    outputs: outputs as TensorSpec[],
  };
  const session = await backend.open(spec);
  try {
    const random = createRandom(1);
    const feeds = Array.from({ length: TRIALS }, () => makeFeeds(spec.inputs, random));
    const singles: Tensors[] = [];
    for (const one of feeds) singles.push(await session.run(one));
    const pair = await session.run(stack(feeds[0]!, feeds[1]!)).catch(describeError);
    return { singles, pair };
  } finally {
    await session.close();
  }
}

function makeFeeds(inputs: readonly TensorSpec[], random: () => number): Tensors {
  const entries = inputs.map(({ name, dtype, shape }): [string, Tensor] => {
    const lengths = shape.map((length, axis) => (typeof length === 'number' ? length : axis === 0 ? 1 : TRIED_LENGTH));
    const length = lengths.reduce((product, one) => product * one, 1);
    // Integers are numbers of a table's rows, as labels of points are: 0 is in every table.
    if (dtype === 'int64') return [name, { dtype, shape: lengths, data: new BigInt64Array(length) }];
    if (dtype === 'uint8') return [name, { dtype, shape: lengths, data: new Uint8Array(length) }];
    return [name, { dtype, shape: lengths, data: Float32Array.from({ length }, () => normal(random)) }];
  });
  return Object.fromEntries(entries);
}

/** Of a standard normal distribution (Box, Muller 1958). */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

function stack(first: Tensors, second: Tensors): Tensors {
  const entries = Object.entries(first).map(([name, a]): [string, Tensor] => {
    const b = second[name]!;
    const shape = [2 * a.shape[0]!, ...a.shape.slice(1)];
    if (a.dtype === 'float32' && b.dtype === 'float32') {
      const data = new Float32Array(2 * a.data.length);
      data.set(a.data);
      data.set(b.data, a.data.length);
      return [name, { dtype: 'float32', shape, data }];
    }
    // Integers are all 0.
    if (a.dtype === 'uint8') return [name, { dtype: 'uint8', shape, data: new Uint8Array(2 * a.data.length) }];
    return [name, { dtype: 'int64', shape, data: new BigInt64Array(2 * a.data.length) }];
  });
  return Object.fromEntries(entries);
}
