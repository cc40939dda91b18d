import { expect, it } from 'vitest';
import { float32Tensor, type TensorSpec, type Tensors } from '../../contract/index.js';
import { giveSameAnswers } from './same-answers.js';

const inputs: readonly TensorSpec[] = [
  { name: 'x', dtype: 'float32', shape: ['batch', 3] },
  { name: 'bytes', dtype: 'uint8', shape: [2] },
  { name: 'labels', dtype: 'int64', shape: [1, 'n'] },
];
const scale = (by: number) => (feeds: Tensors) => {
  expect(Object.values(feeds).map(({ shape }) => shape)).toEqual([[1, 3], [2], [1, 1]]);
  const { shape, data } = feeds.x!;
  return Promise.resolve({
    y: float32Tensor(
      shape,
      Float32Array.from(data as Float32Array, (value) => value * by),
    ),
  });
};

it('tells sessions apart by the last bit', async () => {
  expect(await giveSameAnswers({ inputs }, scale(2), scale(2))).toBe(true);
  expect(await giveSameAnswers({ inputs }, scale(2), scale(2 + 2 ** -22))).toBe(false);
});

it('takes NaN for the same as NaN', async () => {
  expect(await giveSameAnswers({ inputs }, scale(NaN), scale(NaN))).toBe(true);
});

it('does not take two that cannot run, or say nothing, for the same', async () => {
  const fail = () => Promise.reject(new Error('no'));
  const nothing = () => Promise.resolve({});
  expect(await giveSameAnswers({ inputs }, fail, fail)).toBe(false);
  expect(await giveSameAnswers({ inputs }, nothing, nothing)).toBe(false);
  expect(await giveSameAnswers({ inputs }, scale(1), nothing)).toBe(false);
});
