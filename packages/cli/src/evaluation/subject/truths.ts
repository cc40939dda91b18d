import type { HeadDescription, Task } from '@medzoo/core';
import { findColumns, type ColumnTask } from '../columns/find-columns.js';
import type { DataSet } from '../set/data-set.js';

/** What is known of a set's truth. */
export type SetTruths = Pick<DataSet, 'hasMasks' | 'hasLabels' | 'columns'>;

interface Truth {
  /** What the truth of an image is called, in messages. */
  readonly name: string;
  readonly isIn: (set: SetTruths, heads: readonly HeadDescription[]) => boolean;
  /** Whether `--target` says what the truth shows. */
  readonly hasTarget: boolean;
}

/** What a set must have so that heads of this task can be measured on it. */
export const TRUTHS: Readonly<Record<Task, Truth>> = {
  segmentation: { name: 'masks', isIn: ({ hasMasks }) => hasMasks, hasTarget: true },
  classification: { name: 'labels', isIn: ({ hasLabels }) => hasLabels, hasTarget: false },
  regression: { name: 'columns of values', isIn: hasColumns('regression'), hasTarget: false },
  keypoints: { name: 'columns of points', isIn: hasColumns('keypoints'), hasTarget: false },
  multilabel: { name: 'columns of labels', isIn: hasColumns('multilabel'), hasTarget: false },
};

/** Whether a column is called as a label of one of the heads is. */
function hasColumns(task: ColumnTask): Truth['isIn'] {
  return ({ columns }, heads) => heads.some((head) => findColumns(task, head, columns).size > 0);
}
