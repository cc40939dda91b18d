import { expect, it } from 'vitest';
import { checkLists } from './check-lists.js';

it.each([
  [['model/model.json', 'README.md', 'model/csv'], []],
  [['model/leaks.csv', 'model/model.json'], ['error']],
  [['model/classes.csv', 'model/Rows.CSV'], ['error']],
  [['model/classes.csv'], ['warning']],
])('of the files %j it says %j', (files, levels) => {
  expect(checkLists(files).map(({ level }) => level)).toEqual(levels);
});
