/**
 * What heads do: a closed set, and its one home. A task that is added here does not compile until every table by task
 * has an entry for it (tools/docs-check/src/documents/add-task.spec.ts lists the tables).
 */
export const TASKS = ['segmentation', 'classification', 'regression', 'keypoints', 'multilabel'] as const;

export type Task = (typeof TASKS)[number];

/**
 * A type for each task. A table that lacks one does not compile where it is written; where the table is used, the
 * missing type is `never`, so that the one fault is not reported again by each file that uses it.
 */
export type ByTask<Table extends Readonly<Record<Task, unknown>>> = {
  readonly [T in Task]: Table[T & keyof Table];
};
