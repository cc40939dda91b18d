import type { HeadDescription } from '@medzoo/core';
import { CommandError } from '../../command-error.js';
import { countOf } from '../../terminal/format.js';
import type { DataSet, Row } from '../set/data-set.js';
import { findColumns, type ColumnTask, type LabelColumns } from './find-columns.js';

/** A head that is compared with columns of the index. */
export interface ColumnSubject {
  readonly task: ColumnTask;
  readonly head: HeadDescription;
  /** Those that are compared. */
  readonly columns: LabelColumns;
  readonly because: string;
  /** Those that have a truth of at least one label. */
  readonly rows: readonly Row[];
  readonly warnings: string[];
}

/** Chooses by the names of columns, never by trying which scores best; `heads` are of one task. */
export function chooseColumns(
  task: ColumnTask,
  heads: readonly HeadDescription[],
  { columns: all }: DataSet,
  rows: readonly Row[],
): ColumnSubject {
  const fitting = heads
    .map((head) => ({ head, columns: findColumns(task, head, all) }))
    .filter(({ columns }) => columns.size > 0);
  const [first, second] = fitting;
  if (!first)
    throw new CommandError(`No column of the index is called as a label of ${heads.map(idOf).join(', ')} is.`);
  if (second) {
    const ids = fitting.map(({ head }) => idOf(head)).join(', ');
    throw new CommandError(`The index has columns for several heads: ${ids}. Name one with --head ID.`);
  }
  const { head, columns } = first;
  const names = [...columns.values()].flat();
  const kept = rows.filter(({ cells }) =>
    [...columns.values()].some((own) => own.every((name) => cells[name] !== undefined)),
  );
  const without = head.trained.labels.filter((label) => !columns.has(label));
  return {
    ...{ task, head, columns, rows: kept },
    because: `the columns ${names.join(', ')}`,
    warnings: [
      ...(without.length > 0 ? [`Not measured, without a column in the index: ${without.join(', ')}.`] : []),
      ...(kept.length < rows.length
        ? [`Left out, without a truth in the index: ${countOf(rows.length - kept.length, 'row')}.`]
        : []),
    ],
  };
}

function idOf({ manifest }: HeadDescription): string {
  return manifest.id;
}
