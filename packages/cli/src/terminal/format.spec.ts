import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import { formatTable } from './format-table.js';
import { countOf, formatCount, formatMs, formatPercent } from './format.js';

it('calls only what is certain 0 or 100 percent', () => {
  expect([0, 0.001, 0.125, 0.999, 1].map(formatPercent)).toEqual(['0 %', '<1 %', '13 %', '>99 %', '100 %']);
});

it('groups digits, and gives milliseconds no more digits than they are worth', () => {
  expect([0, 999, 1000, 1234567].map(formatCount)).toEqual(['0', '999', '1 000', '1 234 567']);
  expect([1, 2, 1000].map((count) => countOf(count, 'image'))).toEqual(['1 image', '2 images', '1 000 images']);
  expect([0.04, 12.34, 1234.5].map(formatMs)).toEqual(['0.0', '12.3', '1235']);
});

it('lays out a table in columns, with text across several', () => {
  const table = formatTable(
    [{ title: 'head' }, { title: 'on' }, { title: 'ms', align: 'right' }],
    [
      ['automed', 'cpu', '7.0'],
      ['x', { colSpan: 2, content: 'failed' }],
    ],
  );
  expect(stripVTControlCharacters(table).split('\n')).toEqual([
    '  head     on    ms',
    '  automed  cpu  7.0',
    '  x        failed',
  ]);
});
