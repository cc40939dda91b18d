import {
  elementCount,
  float32Tensor,
  int64Tensor,
  uint8Tensor,
  type Tensor,
  type Tensors,
  type TensorSpec,
} from '../contract/index.js';

/**
 * Tensors that fit a declaration, with the same numbers for the same seed: float32 0..1 (fit for logits and
 * probabilities), integers 0 or 1. Free dimensions have the length that `free` gives for their name, else 1.
 */
export function sampleTensors(
  specs: readonly TensorSpec[],
  seed = 1,
  free: ReadonlyMap<string, number> = new Map(),
): Tensors {
  const entries = specs.map(({ name, dtype, shape }, index) => {
    const lengths = shape.map((length) => (typeof length === 'number' ? length : (free.get(length) ?? 1)));
    return [name, sampleTensor(dtype, lengths, createRandom(seed + index))];
  });
  return Object.fromEntries(entries) as Tensors;
}

/** What each free dimension of a declaration is in these tensors. */
export function freeLengths(specs: readonly TensorSpec[], tensors: Tensors): Map<string, number> {
  const lengths = new Map<string, number>();
  for (const { name, shape } of specs) {
    shape.forEach((length, axis) => {
      const found = tensors[name]?.shape[axis];
      if (typeof length === 'string' && found !== undefined) lengths.set(length, found);
    });
  }
  return lengths;
}

function sampleTensor(dtype: TensorSpec['dtype'], shape: readonly number[], random: () => number): Tensor {
  const length = elementCount(shape);
  switch (dtype) {
    case 'float32':
      return float32Tensor(shape, Float32Array.from({ length }, random));
    case 'uint8':
      return uint8Tensor(
        shape,
        Uint8Array.from({ length }, () => Math.round(random())),
      );
    case 'int64':
      return int64Tensor(
        shape,
        BigInt64Array.from({ length }, () => BigInt(Math.round(random()))),
      );
  }
}

/** 0..1, the same row of numbers for the same seed (mulberry32). */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
