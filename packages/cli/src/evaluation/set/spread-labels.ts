import type { HeadDescription } from '@medzoo/core';
import { findColumns } from '../columns/find-columns.js';
import { groupBy } from '../../statistics/group-by.js';
import { countOf } from '../../terminal/format.js';
import type { DataSet, Row } from './data-set.js';
import { findName } from './names.js';

/** What may stand between the labels of one image. */
const SEPARATORS = ['|', ';', ',', '/'];
/** How many labels that a head does not know are named. */
const MOST_NAMED = 5;

type Described = Pick<HeadDescription, 'manifest' | 'trained'>;

export interface SpreadLabels {
  readonly set: DataSet;
  /** What a person should know of labels that count as none of the head's, in sentences; for a multi-label head. */
  readonly notes: readonly string[];
}

/**
 * A column of 1 and 0 for each label of a multi-label head, where the index has none and names all labels of an image
 * together in its column label, such as `effusion|mass`. A row without a label stays unknown. What is between the
 * labels is the sign by which most of them are known.
 */
export function spreadLabels(set: DataSet, heads: readonly Described[]): SpreadLabels {
  const described = heads.filter((head) => head.manifest.task === 'multilabel');
  const labels = described.flatMap((head) => labelsWithout(set, head));
  const cells = set.rows.flatMap(({ label }) => label ?? []);
  const nameOf = createLookup(labels);
  const partsOf = createSplit(cells, nameOf);
  if (!cells.some((cell) => partsOf(cell).some((part) => nameOf(part) !== undefined))) return { set, notes: [] };
  const rows = set.rows.map((row): Row => {
    if (row.label === undefined) return row;
    const own = new Set(partsOf(row.label).map(nameOf));
    const spread = labels.map((label) => [toColumn(label), own.has(label) ? '1' : '0'] as const);
    return { ...row, cells: { ...row.cells, ...Object.fromEntries(spread) } };
  });
  const labelOf = createLookup(described.flatMap(({ trained }) => trained.labels));
  return {
    set: { ...set, rows, columns: [...new Set([...set.columns, ...labels.map(toColumn)])] },
    notes: sayUnknown(cells.flatMap(partsOf).filter((part) => labelOf(part) === undefined)),
  };
}

type Lookup = (part: string) => string | undefined;

/** Which of these labels is meant; each spelling is looked up once, as a set may have very many rows. */
function createLookup(labels: readonly string[]): Lookup {
  const known = new Map<string, string | undefined>();
  return (part) => {
    if (!known.has(part)) known.set(part, findName(labels, part));
    return known.get(part);
  };
}

/** Splits a cell at the sign by which most labels of all cells are known; one that is a label itself stays whole. */
function createSplit(cells: readonly string[], nameOf: Lookup): (cell: string) => readonly string[] {
  const isKnown = (part: string): boolean => nameOf(part) !== undefined;
  const splitAt = (mark: string) => (cell: string) =>
    isKnown(cell)
      ? [cell]
      : cell
          .split(mark)
          .map((part) => part.trim())
          .filter((part) => part !== '');
  const [best] = SEPARATORS.map((mark) => ({ mark, known: cells.flatMap(splitAt(mark)).filter(isKnown).length }))
    // The first of those that are as good: a sort is stable.
    .toSorted((a, b) => b.known - a.known);
  return splitAt(best!.mark);
}

/** A label that is misspelt, or behind another separator, would else count as absent without a word. */
function sayUnknown(parts: readonly string[]): string[] {
  if (parts.length === 0) return [];
  const counted = [...groupBy(parts, (part) => part)].toSorted(([, a], [, b]) => b.length - a.length);
  const named = counted.slice(0, MOST_NAMED).map(([part, all]) => `"${part}" (${countOf(all.length, 'row')})`);
  const others = counted.length > MOST_NAMED ? ` and ${counted.length - MOST_NAMED} more` : '';
  return [
    `In the column label, these are no labels of the head, and count as none of them: ${named.join(', ')}${others}. ` +
      `If one is meant to be a label, spell it so; what is between labels is one of ${SEPARATORS.join(' ')}`,
  ];
}

function labelsWithout({ columns }: DataSet, head: Described): readonly string[] {
  const found = findColumns('multilabel', head as HeadDescription, columns);
  return head.trained.labels.filter((label) => !found.has(label));
}

/** As an index is read: in lower case. */
function toColumn(label: string): string {
  return label.toLowerCase();
}
