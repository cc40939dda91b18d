import { ZooError, type ModelSpec, type Tensor, type Tensors } from '../../contract/index.js';

/** The name of the first dimension of every tensor in a model whose items do not influence one another. */
const BATCH = 'batch';

/** Whether runs of this model may form batches: each of its tensors begins with the free dimension 'batch'. */
export function isBatchable({ inputs, outputs }: Pick<ModelSpec, 'inputs' | 'outputs'>): boolean {
  return [...inputs, ...outputs].every(({ shape }) => shape[0] === BATCH);
}

/**
 * Returns the same text for feeds that can form a batch: one item each, with the same names, types and shapes.
 * Undefined for others.
 */
export function describeItem(feeds: Tensors): string | undefined {
  const entries = Object.entries(feeds);
  if (entries.length === 0 || entries.some(([, { shape }]) => shape[0] !== 1)) return undefined;
  return JSON.stringify(entries.map(([name, { dtype, shape }]) => [name, dtype, shape]).toSorted());
}

/**
 * Stacks the feeds of several items, which differ in their numbers only, into those of one run. Everything is copied.
 */
export function stackFeeds(items: readonly Tensors[]): Tensors {
  const names = Object.keys(items[0]!);
  return Object.fromEntries(names.map((name) => [name, stackTensors(items.map((item) => item[name]!))]));
}

function stackTensors(tensors: readonly Tensor[]): Tensor {
  const { dtype, shape, data } = tensors[0]!;
  const stacked = emptyLike(data, tensors.length * data.length);
  tensors.forEach((tensor, index) => stacked.set(tensor.data as never, index * data.length));
  return { dtype, shape: [tensors.length, ...shape.slice(1)], data: stacked } as Tensor;
}

/**
 * The outputs of each of `count` items. Copied: a view would keep the numbers of everybody in memory for as long as one
 * of them is kept, and let one asker write into another's. Throws INFERENCE_FAILED for outputs of another number of
 * items.
 */
export function splitOutputs(outputs: Tensors, count: number): Tensors[] {
  return Array.from({ length: count }, (_, index) => {
    const entries = Object.entries(outputs).map(([name, tensor]) => [name, sliceItem(name, tensor, index, count)]);
    return Object.fromEntries(entries) as Tensors;
  });
}

function sliceItem(name: string, { dtype, shape, data }: Tensor, index: number, count: number): Tensor {
  if (shape[0] !== count) {
    throw new ZooError(
      'INFERENCE_FAILED',
      `The model was fed ${count} items and answered with "${name}", ${dtype} [${shape.join(', ')}]: their ` +
        "first length must be the same. Declare another name than 'batch' for a first dimension that is none.",
      { details: { output: name, items: count } },
    );
  }
  const length = data.length / count;
  return { dtype, shape: [1, ...shape.slice(1)], data: data.slice(index * length, (index + 1) * length) } as Tensor;
}

/**
 * Of an item's largest value: kernels for several items sum in another order, and GPUs multiply float32 in shorter
 * formats. An item whose values are all near 0 is compared by the same part of that part of the largest of all.
 */
const TOLERANCE = 0.01;

/** Whether items had the same outputs together as alone, as far as two ways to compute one thing are the same. */
export function areAlike(together: readonly Tensors[], alone: readonly Tensors[]): boolean {
  return Object.keys(alone[0]!).every((name) => {
    const pairs = alone.map((outputs, index) => [together[index]?.[name]?.data ?? [], outputs[name]!.data] as const);
    const scales = pairs.map(([, data]) => findLargest(data.length, (index) => Number(data[index])));
    const least = TOLERANCE * Math.max(...scales);
    return pairs.every(([a, b], item) => {
      const gap = findLargest(b.length, (index) => Number(a[index]) - Number(b[index]));
      return gap <= TOLERANCE * Math.max(scales[item]!, least);
    });
  });
}

function findLargest(length: number, valueAt: (index: number) => number): number {
  let largest = 0;
  for (let index = 0; index < length; index += 1) {
    const value = Math.abs(valueAt(index));
    if (Number.isNaN(value)) return NaN; // also of a number that is not there
    if (value > largest) largest = value;
  }
  return largest;
}

function emptyLike(data: Tensor['data'], length: number): Tensor['data'] {
  if (data instanceof Float32Array) return new Float32Array(length);
  return data instanceof Uint8Array ? new Uint8Array(length) : new BigInt64Array(length);
}
