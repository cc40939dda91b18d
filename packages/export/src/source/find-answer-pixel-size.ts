import { findPixelSize, type Answer, type PixelSize } from '@medzoo/core/contract';
import type { Answered } from '../answered.js';

/**
 * Millimetres per pixel for all masks of an answer, where the file says them for each: of ultrasound, only within its
 * regions. Of an answer without masks, what the file says.
 */
export function findAnswerPixelSize({ value, provenance }: Answered<Answer>): PixelSize | undefined {
  const { spacing } = provenance.view;
  const found = value.task === 'segmentation' ? value.masks.filter(({ area }) => area > 0) : [];
  const sizes = found.map(({ boundingBox }) => findPixelSize(spacing, boundingBox));
  if (sizes.length === 0) return findPixelSize(spacing);
  return sizes.every((size) => size !== undefined) ? sizes[0] : undefined;
}
