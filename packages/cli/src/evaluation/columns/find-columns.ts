import type { HeadDescription } from '@medzoo/core';
import { isSameName } from '../set/names.js';

/** Tasks whose truth stands in columns of the index, by label. */
export type ColumnTask = 'regression' | 'keypoints' | 'multilabel';

/** By label of a head: the columns of an index that hold its truth. */
export type LabelColumns = ReadonlyMap<string, readonly string[]>;

type FindColumns = (label: string, columns: readonly string[], head: HeadDescription) => readonly string[] | undefined;

const FIND: Readonly<Record<ColumnTask, FindColumns>> = {
  /** `bone_age`, or `bone_age_mo` with the unit. */
  regression(label, columns, { trained }) {
    const unit = `_${trained.quantities?.[label]?.unit.toLowerCase() ?? ''}`;
    const bare = (column: string): string => (column.endsWith(unit) ? column.slice(0, -unit.length) : column);
    const found = columns.find((column) => isSameName(column, label) || isSameName(bare(column), label));
    return found === undefined ? undefined : [found];
  },
  /** `tip_x` and `tip_y`. */
  keypoints(label, columns) {
    const found = ['_x', '_y'].map((axis) =>
      columns.find((column) => column.endsWith(axis) && isSameName(column.slice(0, -axis.length), label)),
    );
    return found.every((column) => column !== undefined) ? found : undefined;
  },
  multilabel(label, columns) {
    const found = columns.find((column) => isSameName(column, label));
    return found === undefined ? undefined : [found];
  },
};

/** Which columns hold the truth of a head's labels, by their names; a label without any is left out. */
export function findColumns(task: ColumnTask, head: HeadDescription, columns: readonly string[]): LabelColumns {
  const found = head.trained.labels.map((label) => [label, FIND[task](label, columns, head)] as const);
  return new Map(found.flatMap(([label, names]) => (names ? [[label, names] as const] : [])));
}
