import { expect, it } from 'vitest';
import { imageRow } from '../set/data-set.js';
import { describeMasks, type ReadMask } from './describe-masks.js';

const masks = (...levels: readonly (string | undefined)[]): ReadMask[] =>
  levels.map((level, index) => ({
    row: { ...imageRow('/set', `${index}.png`), mask: `/set/${index}-mask.png` },
    ...{ level, assumptions: [], isTruthEmpty: level === undefined },
  }));

it('warns of masks of several values, which may be several targets', () => {
  expect(describeMasks(masks('1', '2', undefined, '2'))).toEqual([
    'The masks do not have one value beside 0 but several: 1 in 1, 2 in 2. All count as the same target. If each ' +
      'stands for a target of its own, name one with --mask-value, such as --mask-value 2=nucleus.',
  ]);
  expect(describeMasks(masks('255', 'rgb(255 0 0)'))).toHaveLength(1);
});

it('is silent about masks of one value, and of the usual values', () => {
  expect(describeMasks(masks('7', '7', undefined))).toEqual([]);
  expect(describeMasks(masks('1', '255', '65535'))).toEqual([]);
});

it('tells of what was assumed, and of a mask that several images have', () => {
  const [one] = masks('255');
  const other = { ...one!, row: { ...one!.row, id: 'b', image: '/set/b.png' }, assumptions: ['soft'] as const };
  expect(describeMasks([one!, other])).toEqual([
    expect.stringMatching(/^Grey in many pixels.*: 1 mask \(b\)\.$/),
    'Listed with the mask of another image: 2 rows (0.png, b). Check the index.',
  ]);
});
