import { bitmapToRle } from '@medzoo/core';
import { describe, expect, it } from 'vitest';
import { compareMasks } from './overlap.js';

const mask = (...pixels: number[]) => bitmapToRle(Uint8Array.from(pixels), { width: 3, height: 2 });
const none = mask(0, 0, 0, 0, 0, 0);

describe('compareMasks', () => {
  it('counts shared pixels: 2 shared of 3 and 4 is Dice 4/7 and IoU 2/5', () => {
    const overlap = compareMasks(mask(1, 1, 1, 0, 0, 0), mask(0, 1, 1, 1, 1, 0));
    expect(overlap.dice).toBeCloseTo(4 / 7);
    expect(overlap.iou).toBeCloseTo(2 / 5);
    expect(overlap.isTruthEmpty).toBe(false);
  });

  it('takes two empty masks for agreement, and one for none', () => {
    expect(compareMasks(none, none)).toEqual({ dice: 1, iou: 1, isTruthEmpty: true, isFoundEmpty: true });
    expect(compareMasks(mask(1, 0, 0, 0, 0, 0), none)).toEqual({
      dice: 0,
      iou: 0,
      isTruthEmpty: true,
      isFoundEmpty: false,
    });
    expect(compareMasks(none, mask(1, 0, 0, 0, 0, 0))).toEqual({
      dice: 0,
      iou: 0,
      isTruthEmpty: false,
      isFoundEmpty: true,
    });
  });
});
