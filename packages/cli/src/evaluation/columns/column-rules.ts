import type { TaskAnswers } from '@medzoo/core';
import type { Metrics } from '../report/metrics.js';
import type { MaybeRefused } from '../report/refusal.js';
import type { Row } from '../set/data-set.js';
import type { Predicted } from '../score/predict.js';
import type { ColumnTask } from './find-columns.js';

/** What was found of an image, beside what is true, by label; a label without a truth is left out. */
export interface ColumnScore<C> extends MaybeRefused {
  readonly byLabel: Readonly<Record<string, C>>;
}

/** How answers of a task are compared with columns of an index; `C` is one comparison. */
export interface ColumnRules<T extends ColumnTask, C> {
  /** Undefined where a row has no truth of the label. */
  readonly compare: (
    predicted: Predicted<TaskAnswers[T]>,
    label: string,
    row: Row,
    columns: readonly string[],
  ) => C | undefined;
  readonly measure: (scores: readonly ColumnScore<C>[], labels: readonly string[], seed: number) => Metrics;
}

/** The comparisons of one label, of those images that have one. */
export function comparisonsOf<C>(scores: readonly ColumnScore<C>[], label: string): readonly C[] {
  return scores.flatMap(({ byLabel }) => (Object.hasOwn(byLabel, label) ? [byLabel[label]!] : []));
}
