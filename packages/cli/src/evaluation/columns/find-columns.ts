import type { HeadDescription } from '@medzoo/core';
import { findName } from '../set/names.js';

/** Tasks whose truth stands in columns of the index, by label. */
export type ColumnTask = 'regression' | 'keypoints' | 'multilabel';

/** By label of a head: the columns of an index that hold its truth. */
export type LabelColumns = ReadonlyMap<string, readonly string[]>;

/** Columns that hold the truth of one label, and what they call it. */
interface Called {
  readonly name: string;
  readonly columns: readonly string[];
}

/** All columns that may hold the truth of a label, by what they call it; the likelier ones go before. */
type ListColumns = (columns: readonly string[], unit: string) => readonly (readonly Called[])[];

const plain: ListColumns = (columns) => [columns.map((column) => ({ name: column, columns: [column] }))];

const LIST: Readonly<Record<ColumnTask, ListColumns>> = {
  /** `bone_age_mo` with the unit, before `bone_age`, which may be in another one. */
  regression: (columns, unit) => [called(columns, [`_${unit}`]), ...plain(columns, unit)],
  /** `tip_x` and `tip_y`. */
  keypoints: (columns) => [called(columns, ['_x', '_y'])],
  multilabel: plain,
};

/** What columns with each of these endings are called before them. */
function called(columns: readonly string[], endings: readonly string[]): readonly Called[] {
  const [first = ''] = endings;
  return columns
    .filter((column) => column.endsWith(first) && column.length > first.length)
    .map((column) => column.slice(0, -first.length))
    .map((name) => ({ name, columns: endings.map((ending) => `${name}${ending}`) }))
    .filter((one) => one.columns.every((column) => columns.includes(column)));
}

/**
 * Which columns hold the truth of a head's labels, by their names. A label without any is left out, as is one of which
 * the names do not say which of several columns it is in.
 */
export function findColumns(task: ColumnTask, { trained }: HeadDescription, columns: readonly string[]): LabelColumns {
  const { labels, quantities } = trained;
  const find = (label: string): readonly string[] | undefined => {
    for (const list of LIST[task](columns, quantities?.[label]?.unit.toLowerCase() ?? '')) {
      const name = findName(
        list.map((one) => one.name),
        label,
      );
      // A column of another label is not taken: "nodule" of a head with the labels nodule and nodules.
      if (name !== undefined && findName(labels, name) === label) return list.find((one) => one.name === name)!.columns;
    }
    return undefined;
  };
  const found = labels.map((label) => [label, find(label)] as const);
  return new Map(found.flatMap(([label, names]) => (names ? [[label, names] as const] : [])));
}
