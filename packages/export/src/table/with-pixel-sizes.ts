import { findPixelSize } from '@medzoo/core/contract';
import { splitAnswer } from '../source/split-answer.js';
import type { CsvAnswer } from './write-csv.js';

/**
 * For `writeCsv`: one answer for each mask or point, with the millimetres per pixel that the file says for its place. In
 * ultrasound they hold within regions only, so that parts of one answer may differ.
 */
export function withPixelSizes(answer: Omit<CsvAnswer, 'pixelSize'>): CsvAnswer[] {
  const { outcome } = answer;
  const parts = outcome.ok ? splitAnswer(outcome.value) : [];
  if (!outcome.ok || parts.length === 0) return [answer];
  const { spacing } = outcome.provenance.view;
  return parts.map(({ value, place }) => {
    const pixelSize = findPixelSize(spacing, place);
    return { ...answer, outcome: { ...outcome, value }, ...(pixelSize && { pixelSize }) };
  });
}
