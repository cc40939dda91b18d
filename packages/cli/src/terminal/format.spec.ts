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
  expect([1, 2000].map((count) => countOf(count, 'entry', 'entries'))).toEqual(['1 entry', '2 000 entries']);
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

it('keeps columns as narrow as what stands in them, and goes on in the next line at the edge of the terminal', () => {
  const columns = [{ title: 'head' }, { title: 'on' }, { title: 'ms', align: 'right' as const }];
  const rows = [
    ['automed', 'cpu', '7.0'],
    ['x', { colSpan: 2, content: 'not answered, since this looks like something else than the head has learnt' }],
  ];
  const lines = (width?: number): string[] => stripVTControlCharacters(formatTable(columns, rows, width)).split('\n');
  expect(lines()).toEqual([
    '  head     on    ms',
    '  automed  cpu  7.0',
    '  x        not answered, since this looks like something else than the head has learnt',
  ]);
  const narrow = [
    '  head     on    ms',
    '  automed  cpu  7.0',
    '  x        not answered, since this looks like',
    '           something else than the head has learnt',
  ];
  expect(lines(51)).toEqual(narrow);
  expect(lines(10)).toEqual(narrow);
});
