import type { HeadDescription, Zoo } from '@medzoo/core';
import { countOf } from '../terminal/format.js';
import { chooseClassifier } from './choose-classifier.js';
import type { DataSet, Row } from './data-set.js';
import type { Findings } from './findings.type.js';
import { hintSwapped } from './hint-swapped.js';
import { reportLabels } from './label-reports.js';
import { classMetrics } from './metrics.js';
import { scoreClass } from './score-class.js';
import { scoreRows, type OnProgress } from './score-rows.js';
import { distinct } from './select-rows.js';

export interface ClassEvaluation {
  readonly zoo: Zoo;
  readonly heads: readonly HeadDescription[];
  readonly set: DataSet;
  readonly rows: readonly Row[];
  readonly seed: number;
  readonly onProgress: OnProgress;
}

/** Classifies the rows' images and compares with their labels. */
export async function evaluateClasses({ zoo, heads, set, rows, seed, onProgress }: ClassEvaluation): Promise<Findings> {
  const labelled = rows.filter(({ label }) => label !== undefined);
  const labels = distinct(labelled.map(({ label }) => label));
  const classifier = chooseClassifier(heads, labels, distinct(set.rows.map(({ label }) => label)));
  const { scores, failed } = await scoreRows(labelled, (row) => scoreClass(zoo, classifier, row), onProgress);
  const unlabelled = rows.length - labelled.length;
  const metrics = classMetrics(scores, seed);
  return {
    head: classifier.head,
    because: `the labels ${labels.join(', ')}`,
    target: null,
    prompt: null,
    scores,
    failed,
    warnings: [
      ...(unlabelled > 0 ? [`Left out, without a label in the index: ${countOf(unlabelled, 'row')}.`] : []),
      ...hintSwapped(metrics, classifier.head.trained.labels),
    ],
    n_empty: null,
    metrics,
    labels: reportLabels(scores),
  };
}
