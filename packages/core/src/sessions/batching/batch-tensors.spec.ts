import { describe, expect, it } from 'vitest';
import { float32Tensor, int64Tensor, uint8Tensor, type Tensors } from '../../contract/index.js';
import { areAlike, describeItem, isBatchable, stackFeeds, splitOutputs } from './batch-tensors.js';

const item = (value: number, length = 2): Tensors => ({
  coords: float32Tensor([1, length], new Float32Array(length).fill(value)),
  flag: uint8Tensor([1], Uint8Array.of(value)),
  id: int64Tensor([1, 1], BigInt64Array.of(BigInt(value))),
});
const spec = (shape: readonly (number | string)[]) => ({ name: 'x', dtype: 'float32', shape }) as const;

describe('stackFeeds and splitOutputs', () => {
  it('give each item back what it was, of every element type', () => {
    const items = [item(1), item(2), item(3)];
    const stacked = stackFeeds(items);
    expect(stacked.coords).toEqual(float32Tensor([3, 2], Float32Array.of(1, 1, 2, 2, 3, 3)));
    expect(splitOutputs(stacked, 3)).toEqual(items);
  });

  it('copy: neither items nor outputs share memory', () => {
    const items = [item(1), item(2)];
    const stacked = stackFeeds(items);
    const [first] = splitOutputs(stacked, 2);
    first!.coords!.data.fill(9 as never);
    expect(stacked.coords!.data[0]).toBe(1);
    expect(items[0]!.coords!.data[0]).toBe(1);
    expect(first!.coords!.data.buffer.byteLength).toBe(8);
  });

  it('refuse outputs of another number of items', () => {
    const outputs = { y: float32Tensor([1, 4]) };
    expect(() => splitOutputs(outputs, 2)).toThrow(/fed 2 items and answered with "y", float32 \[1, 4\]/);
  });
});

describe('what may be stacked', () => {
  it('is a model of which every tensor begins with batch', () => {
    const [inputs, outputs] = [[spec(['batch', 3]), spec(['batch'])], [spec(['batch', 1])]];
    expect(isBatchable({ inputs, outputs })).toBe(true);
    expect(isBatchable({ inputs: [...inputs, spec([1])], outputs })).toBe(false);
    expect(isBatchable({ inputs, outputs: [spec(['points', 1])] })).toBe(false);
    expect(isBatchable({ inputs, outputs: [spec([])] })).toBe(false);
  });

  it('is one item, with others of its shapes, whatever the order of names', () => {
    const { coords, flag, id } = item(1);
    expect(describeItem({ coords: coords!, flag: flag!, id: id! })).toBe(
      describeItem({ id: id!, flag: flag!, coords: coords! }),
    );
    expect(describeItem(item(1))).not.toBe(describeItem(item(1, 3)));
    expect(describeItem(stackFeeds([item(1), item(2)]))).toBeUndefined();
    expect(describeItem({})).toBeUndefined();
  });
});

it('areAlike allows for another order of sums, and for nothing else', () => {
  const outputs = (value: number): Tensors => ({ y: float32Tensor([1, 2], Float32Array.of(value, -100)) });
  expect(areAlike([outputs(1), outputs(2)], [outputs(1.001), outputs(2)])).toBe(true);
  expect(areAlike([outputs(1), outputs(2)], [outputs(1), outputs(4)])).toBe(false);
  expect(areAlike([outputs(1), outputs(2)], [outputs(1), outputs(NaN)])).toBe(false);
  expect(areAlike([outputs(1), {}], [outputs(1), outputs(2)])).toBe(false);
  // A small answer beside a large one is not measured by the large one.
  expect(areAlike([outputs(1000), outputs(2)], [outputs(1000), outputs(4)])).toBe(false);
  expect(areAlike([outputs(1000), outputs(1e-9)], [outputs(1000), outputs(-1e-9)])).toBe(true);
  expect(areAlike([{ y: float32Tensor([1]) }], [{ y: float32Tensor([1]) }])).toBe(true);
});
