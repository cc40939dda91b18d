import { findPixelSize } from '@medzoo/core/contract';
import type { CsvAnswer } from './write-csv.js';

/**
 * For `writeCsv`: one answer for each mask, with the millimetres per pixel that the file says for its place. In
 * ultrasound they hold within regions only, so that masks of one image may differ.
 */
export function withPixelSizes(answer: Omit<CsvAnswer, 'pixelSize'>): CsvAnswer[] {
  const { outcome } = answer;
  if (!outcome.ok || outcome.value.task !== 'segmentation') return [answer];
  const { spacing } = outcome.provenance.view;
  return outcome.value.masks.map((mask) => {
    const pixelSize = findPixelSize(spacing, mask.boundingBox);
    const value = { task: 'segmentation', masks: [mask] } as const;
    return { ...answer, outcome: { ...outcome, value }, ...(pixelSize && { pixelSize }) };
  });
}
