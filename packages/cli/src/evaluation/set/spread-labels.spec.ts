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
  const { set: spread } = spreadLabels(setOf([`${second}|${first}`, first, 'No finding', undefined]), [testMultilabel]);
  expect(spread.columns).toEqual([...labels]);
  expect(cellsOf(spread)).toEqual([
    labels.map((label) => (label === first || label === second ? '1' : '0')),
    labels.map((label) => (label === first ? '1' : '0')),
    labels.map(() => '0'),
    labels.map(() => undefined),
  ]);
  expect(cellsOf(spreadLabels(setOf([`${first}; ${second}`]), [testMultilabel]).set)[0]!.slice(0, 2)).toEqual([
    '1',
    '1',
  ]);
});

it('leaves columns that are there, labels of classes, and heads of other tasks', () => {
  const withColumns = setOf([first], Object.fromEntries(labels.map((label) => [label, '0'])));
  expect(spreadLabels(withColumns, [testMultilabel])).toEqual({ set: withColumns, notes: [] });
  const classes = setOf(['benign', 'malignant']);
  expect(spreadLabels(classes, [testMultilabel]).set).toBe(classes);
  const named = setOf([first]);
  expect(spreadLabels(named, []).set).toBe(named);
});

it('splits at the sign by which most labels are known, and says what is no label of the head', () => {
  const both = `${first},${second}`;
  const { set, notes } = spreadLabels(setOf([first, second, both, both, 'nothing', `mis${first}`]), [testMultilabel]);
  expect(cellsOf(set).map((cells) => cells.slice(0, 2))).toEqual([
    ['1', '0'],
    ['0', '1'],
    ['1', '1'],
    ['1', '1'],
    ['0', '0'],
    ['0', '0'],
  ]);
  expect(notes).toEqual([
    expect.stringContaining(`count as none of them: "nothing" (1 row), "mis${first}" (1 row). If one is meant`),
  ]);
});

it('leaves a label whole that has such a sign in it', () => {
  const { trained } = testMultilabel;
  const head = { ...testMultilabel, trained: { ...trained, labels: ['mass, solid', 'mass'] } };
  const { set } = spreadLabels(setOf(['mass, solid', 'mass', 'mass|mass, solid']), [head]);
  expect(set.rows.map(({ cells }) => [cells['mass, solid'], cells.mass])).toEqual([
    ['1', '0'],
    ['0', '1'],
    ['1', '1'],
  ]);
});
