import type { Task } from '@medzoo/core';
import type { DataSet } from '../set/data-set.js';

interface Truth {
  /** What the truth of an image is called, in messages. */
  readonly name: string;
  readonly isIn: (set: Pick<DataSet, 'hasMasks' | 'hasLabels'>) => boolean;
  /** Whether `--target` says what the truth shows. */
  readonly hasTarget: boolean;
}

/** What a set must have so that heads of this task can be measured on it. */
export const TRUTHS: Readonly<Record<Task, Truth>> = {
  segmentation: { name: 'masks', isIn: ({ hasMasks }) => hasMasks, hasTarget: true },
  classification: { name: 'labels', isIn: ({ hasLabels }) => hasLabels, hasTarget: false },
  regression: { name: 'values', isIn: () => false, hasTarget: false },
  keypoints: { name: 'points', isIn: () => false, hasTarget: false },
  multilabel: { name: 'columns of labels', isIn: () => false, hasTarget: false },
};
