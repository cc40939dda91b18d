import { testMultilabel } from '@medzoo/core/testing';
import { expect, it } from 'vitest';
import { imageRow, type DataSet } from './data-set.js';
import { spreadLabels } from './spread-labels.js';

const { labels } = testMultilabel.trained;
const [first, second] = labels as [string, string];

const setOf = (named: readonly (string | undefined)[], cells = {}): DataSet => ({
  ...{ name: 'films', hasMasks: false, hasLabels: true, columns: Object.keys(cells), notes: [] },
  rows: named.map((label, index) => ({ ...imageRow('/films', `${index}.png`), label, cells })),
});
const cellsOf = (set: DataSet) => set.rows.map(({ cells }) => labels.map((label) => cells[label]));

it('gives each label of a multi-label head a column, where all stand in one', () => {
  const spread = spreadLabels(setOf([`${second}|${first}`, first, 'No finding', undefined]), [testMultilabel]);
  expect(spread.columns).toEqual([...labels]);
  expect(cellsOf(spread)).toEqual([
    labels.map((label) => (label === first || label === second ? '1' : '0')),
    labels.map((label) => (label === first ? '1' : '0')),
    labels.map(() => '0'),
    labels.map(() => undefined),
  ]);
  expect(cellsOf(spreadLabels(setOf([`${first}; ${second}`]), [testMultilabel]))[0]![1]).toBe('1');
});

it('leaves columns that are there, labels of classes, and heads of other tasks', () => {
  const withColumns = setOf([first], Object.fromEntries(labels.map((label) => [label, '0'])));
  expect(spreadLabels(withColumns, [testMultilabel])).toBe(withColumns);
  const classes = setOf(['benign', 'malignant']);
  expect(spreadLabels(classes, [testMultilabel])).toBe(classes);
  const named = setOf([first]);
  expect(spreadLabels(named, [])).toBe(named);
});
