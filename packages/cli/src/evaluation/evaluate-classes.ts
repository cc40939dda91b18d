import type { OutOfDomain, Zoo } from '@medzoo/core';
import type { Subject } from './subject/choose-subject.js';
import type { Findings } from './report/findings.type.js';
import { hintSwapped } from './report/hint-swapped.js';
import { reportLabels } from './report/label-reports.js';
import { classMetrics } from './report/metrics.js';
import { countRefused, refusalMetrics } from './report/refusal.js';
import { scoreClass } from './score/score-class.js';
import { scoreRows, type OnProgress } from './score/score-rows.js';

export interface ClassEvaluation {
  readonly zoo: Zoo;
  readonly subject: Extract<Subject, { task: 'classification' }>;
  readonly outOfDomain: OutOfDomain;
  readonly seed: number;
  readonly onProgress: OnProgress;
}

/** Classifies the rows' images and compares with their labels. */
export async function evaluateClasses(evaluation: ClassEvaluation): Promise<Findings> {
  const { zoo, subject, outOfDomain, seed, onProgress } = evaluation;
  const { classifier, head, because, rows, warnings } = subject;
  const { scores, failed } = await scoreRows(rows, (row) => scoreClass(zoo, classifier, row), onProgress);
  const answered = outOfDomain === 'warn' ? scores : scores.filter(({ isRefused }) => !isRefused);
  const metrics = { ...classMetrics(answered, seed), ...refusalMetrics(head, scores, seed) };
  return {
    head,
    because,
    target: null,
    prompt: null,
    scores,
    answered,
    failed,
    warnings: [...warnings, ...hintSwapped(metrics, classifier.head.trained.labels)],
    n_empty: null,
    n_refused: countRefused(head, scores),
    metrics,
    labels: reportLabels(answered),
  };
}
