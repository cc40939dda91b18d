import type { OutOfDomain, Zoo } from '@medzoo/core';
import type { ReadingOptions } from '../files/reading-options.js';
import { countOf } from '../terminal/format.js';
import type { Subject } from './subject/choose-subject.js';
import type { Findings } from './report/findings.type.js';
import { maskMetrics } from './report/metrics.js';
import { countRefused, refusalMetrics } from './report/refusal.js';
import { describeMasks } from './report/describe-masks.js';
import { scoreMask } from './score/score-mask.js';
import { scoreRows, type OnProgress } from './score/score-rows.js';

export interface MaskEvaluation {
  readonly zoo: Zoo;
  readonly subject: Extract<Subject, { task: 'segmentation' }>;
  readonly outOfDomain: OutOfDomain;
  readonly reading: ReadingOptions;
  readonly seed: number;
  readonly onProgress: OnProgress;
}

/** Segments the rows' images and compares with their masks. */
export async function evaluateMasks({
  zoo,
  subject: { target, rows: kept, warnings: told },
  outOfDomain,
  reading,
  seed,
  onProgress,
}: MaskEvaluation): Promise<Findings> {
  const warnings = [...told];
  const { scores, failed, skipped } = await scoreRows(
    kept,
    (row) => scoreMask(zoo, target, row, { outOfDomain, reading }),
    onProgress,
  );
  if (skipped > 0) warnings.push(`Left out, as an empty truth mask gives no box: ${countOf(skipped, 'row')}.`);
  warnings.push(...describeMasks(scores));
  const unsized = scores.filter(({ row }) => row.pixelSize === undefined && Object.keys(row.measures).length > 0);
  if (unsized.length > 0) {
    warnings.push(
      'True measurements that were not compared, for want of pixel_size_mm: those of ' +
        `${countOf(unsized.length, 'row')}.`,
    );
  }
  const unfound = scores.filter(({ differences, isFoundEmpty }) => isFoundEmpty && Object.keys(differences).length > 0);
  if (unfound.length > 0) warnings.push(`Found empty, and so measured as 0: ${countOf(unfound.length, 'mask')}.`);
  return {
    head: target.head,
    because: target.because,
    target: target.label,
    prompt: target.boxParam === undefined ? null : 'box',
    scores,
    answered: scores,
    failed,
    warnings,
    n_empty: scores.filter(({ isTruthEmpty }) => isTruthEmpty).length,
    n_refused: countRefused(target.head, scores),
    metrics: { ...maskMetrics(scores, seed), ...refusalMetrics(target.head, scores, seed) },
    labels: null,
  };
}
