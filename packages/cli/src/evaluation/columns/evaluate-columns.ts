import type { OutOfDomain, Zoo } from '@medzoo/core';
import { wholeDomainOf } from '../../analyze/answers/answer-parts.js';
import { CommandError } from '../../command-error.js';
import type { Findings } from '../report/findings.type.js';
import { hintSwapped } from '../report/hint-swapped.js';
import { countRefused, refusalMetrics } from '../report/refusal.js';
import { predictAs, type Predicted } from '../score/predict.js';
import { readRowImage } from '../score/read-row.js';
import { scoreRows, type OnProgress } from '../score/score-rows.js';
import type { Row } from '../set/data-set.js';
import type { ColumnRules, ColumnScore } from './column-rules.js';
import type { ColumnSubject } from './choose-columns.js';
import { labelRules } from './compare-labels.js';
import { pointRules } from './compare-points.js';
import { valueRules } from './compare-values.js';
import type { ColumnTask } from './find-columns.js';

export interface ColumnEvaluation {
  readonly zoo: Zoo;
  readonly subject: ColumnSubject;
  readonly outOfDomain: OutOfDomain;
  readonly seed: number;
  readonly onProgress: OnProgress;
}

/** What `compare` gives is for `measure` of the same rules alone. */
type AnyRules = ColumnRules<ColumnTask, unknown>;

const RULES: Readonly<Record<ColumnTask, AnyRules>> = {
  regression: valueRules as AnyRules,
  keypoints: pointRules as AnyRules,
  multilabel: labelRules as AnyRules,
};

/** Asks a head about the rows' images and compares with columns of the index. */
export async function evaluateColumns(evaluation: ColumnEvaluation): Promise<Findings> {
  const { zoo, subject, outOfDomain, seed, onProgress } = evaluation;
  const { task, head, because, rows, columns, warnings } = subject;
  const rules = RULES[task];
  const score = async (row: Row): Promise<ColumnScore<unknown>> => {
    const predicted = await predictAs(task, zoo, head, await readRowImage(row));
    const byLabel = compareAll(rules, predicted, row, subject);
    if (Object.keys(byLabel).length === 0) throw new CommandError('It has no truth in the index.');
    const { provenance } = predicted;
    return { row, provenance, byLabel, isRefused: wholeDomainOf(predicted.answer)?.inDomain === false };
  };
  const { scores, failed } = await scoreRows(rows, score, onProgress);
  const answered = outOfDomain === 'warn' ? scores : scores.filter(({ isRefused }) => !isRefused);
  const metrics = {
    ...rules.measure(answered, [...columns.keys()], seed),
    ...refusalMetrics(head, scores, seed),
  };
  return {
    ...{ head, because, target: null, prompt: null, scores, answered, failed, metrics },
    warnings: [...warnings, ...hintSwapped(metrics, head.trained.labels)],
    n_empty: null,
    n_refused: countRefused(head, scores),
    labels: null,
  };
}

function compareAll(
  rules: AnyRules,
  predicted: Predicted,
  row: Row,
  { columns }: ColumnSubject,
): Record<string, unknown> {
  const compared = [...columns].map(
    ([label, names]) => [label, rules.compare(predicted as never, label, row, names)] as const,
  );
  return Object.fromEntries(compared.filter(([, one]) => one !== undefined));
}
