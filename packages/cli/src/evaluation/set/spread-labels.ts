import type { HeadDescription } from '@medzoo/core';
import { findColumns } from '../columns/find-columns.js';
import type { DataSet, Row } from './data-set.js';
import { isSameName } from './names.js';

/** What may stand between the labels of one image. */
const SEPARATORS = ['|', ';'];

type Described = Pick<HeadDescription, 'manifest' | 'trained'>;

/**
 * A column of 1 and 0 for each label of a multi-label head, where the index has none and names all labels of an image
 * together in its column label, such as `effusion|mass`. A row without a label stays unknown.
 */
export function spreadLabels(set: DataSet, heads: readonly Described[]): DataSet {
  const labels = heads
    .filter((head) => head.manifest.task === 'multilabel')
    .flatMap((head) => labelsWithout(set, head));
  const separator = SEPARATORS.find((mark) => set.rows.some(({ label }) => label?.includes(mark))) ?? SEPARATORS[0]!;
  const isNamed = (label: string): boolean => set.rows.some((row) => hasLabel(row, label, separator));
  if (!labels.some(isNamed)) return set;
  const rows = set.rows.map((row): Row => {
    if (row.label === undefined) return row;
    const cells = labels.map((label) => [toColumn(label), hasLabel(row, label, separator) ? '1' : '0'] as const);
    return { ...row, cells: { ...row.cells, ...Object.fromEntries(cells) } };
  });
  return { ...set, rows, columns: [...new Set([...set.columns, ...labels.map(toColumn)])] };
}

function labelsWithout({ columns }: DataSet, head: Described): readonly string[] {
  const found = findColumns('multilabel', head as HeadDescription, columns);
  return head.trained.labels.filter((label) => !found.has(label));
}

function hasLabel({ label }: Row, wanted: string, separator: string): boolean {
  return label?.split(separator).some((part) => isSameName(part, wanted)) ?? false;
}

/** As an index is read: in lower case. */
function toColumn(label: string): string {
  return label.toLowerCase();
}
