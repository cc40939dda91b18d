import { bitmapToRle } from '@medzoo/core';
import { expect, it } from 'vitest';
import { promptParams } from './prompt-params.js';

const size = { width: 8, height: 3 };
// prettier-ignore
const bitmap = Uint8Array.of(
  1, 1, 1, 0, 1, 1, 0, 1,
  1, 1, 1, 0, 0, 0, 0, 0,
  0, 0, 0, 0, 0, 0, 0, 0,
);
const truth = bitmapToRle(bitmap, size);
const only = (first: number, last: number) =>
  bitmapToRle(
    bitmap.map((value, pixel) => (pixel % 8 >= first && pixel % 8 <= last ? value : 0)),
    size,
  );

it('boxes all of the truth, its largest part, or a part of middle size', () => {
  expect(promptParams(truth, 'box')).toEqual({ truth, params: { box: { x: 0, y: 0, width: 8, height: 2 } } });
  expect(promptParams(truth, 'box around the largest part')).toEqual({
    truth: only(0, 2),
    params: { box: { x: 0, y: 0, width: 3, height: 2 } },
  });
  expect(promptParams(truth, 'box around a single part')).toEqual({
    truth: only(4, 5),
    params: { box: { x: 4, y: 0, width: 2, height: 1 } },
  });
});

it('points into the largest part and means all of the truth', () => {
  const { params, truth: meant } = promptParams(truth, 'centre of the largest part');
  expect(params).toEqual({ points: [{ x: 1.5, y: 1, positive: true }] });
  expect(meant).toBe(truth);
});
