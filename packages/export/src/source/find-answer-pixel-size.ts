import { findPixelSize, type Answer, type PixelSize } from '@medzoo/core/contract';
import type { Answered } from '../answered.js';
import { splitAnswer } from './split-answer.js';

/**
 * Millimetres per pixel for all masks or points of an answer, where the file says them for each: of ultrasound, only
 * within its regions. Of an answer without any, what the file says.
 */
export function findAnswerPixelSize({ value, provenance }: Answered<Answer>): PixelSize | undefined {
  const { spacing } = provenance.view;
  const places = splitAnswer(value).map(({ place }) => place);
  const sizes = places.filter((place) => place !== null).map((place) => findPixelSize(spacing, place));
  if (sizes.length === 0) return findPixelSize(spacing);
  return sizes.every((size) => size !== undefined) ? sizes[0] : undefined;
}
