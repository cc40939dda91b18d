import { rleArea, rleDice, rleIou, type Rle } from '@medzoo/core';

/** How well a mask meets the truth. */
export interface Overlap {
  readonly dice: number;
  readonly iou: number;
  /** Whether the target is not in the image at all. */
  readonly isTruthEmpty: boolean;
  /** Whether it was not found at all. */
  readonly isFoundEmpty: boolean;
}

/**
 * Compares two masks of one size. By convention two empty masks agree fully (1), an empty and a filled one not at all
 * (0).
 */
export function compareMasks(found: Rle, truth: Rle): Overlap {
  return {
    dice: rleDice(found, truth),
    iou: rleIou(found, truth),
    isTruthEmpty: rleArea(truth) === 0,
    isFoundEmpty: rleArea(found) === 0,
  };
}
