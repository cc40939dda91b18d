import { describe, expect, it } from 'vitest';
import type { Row } from './data-set.js';
import { sayRepeated, selectRows } from './select-rows.js';

const row = (id: string, split: string | undefined, label: string): Row => ({
  id,
  image: id,
  mask: undefined,
  label,
  split,
  group: id,
  pixelSize: undefined,
  listed: { image: '', mask: undefined },
  measures: {},
  cells: {},
});
const rows = [
  row('a', 'train', 'glioma'),
  row('b', 'test', 'glioma'),
  row('c', 'test', 'no_tumor'),
  row('d', 'test', 'pituitary'),
];
const options = { split: 'test', excludedLabels: [], limit: undefined, seed: 1 };
const ids = (selected: { rows: readonly Row[] }) => selected.rows.map(({ id }) => id).join('');

describe('selectRows', () => {
  it('takes a split, or all', () => {
    expect(ids(selectRows(rows, options))).toBe('bcd');
    expect(selectRows(rows, { ...options, split: 'all' })).toMatchObject({ split: 'all', rows });
  });

  it('takes every row of a set without splits', () => {
    const unsplit = rows.map((one) => ({ ...one, split: undefined }));
    expect(selectRows(unsplit, options)).toMatchObject({ split: 'all', rows: unsplit });
  });

  it('lists the splits there are', () => {
    expect(() => selectRows(rows, { ...options, split: 'val' })).toThrow(
      'The set has no split "val". There are train, test; "all" takes every row.',
    );
  });

  it('leaves out labels, however they are spelt', () => {
    expect(ids(selectRows(rows, { ...options, excludedLabels: ['NoTumour', 'pituitary'] }))).toBe('b');
    expect(() => selectRows(rows, { ...options, excludedLabels: ['gliom'] })).toThrow(
      'There are glioma, no_tumor, pituitary.',
    );
    expect(() => selectRows(rows.slice(1, 2), { ...options, excludedLabels: ['glioma'] })).toThrow('No row is left');
  });

  it('leaves out the label that is spelt so, and none that only means the same', () => {
    const alike = [row('a', 'test', 'HER2+'), row('b', 'test', 'HER2-'), row('c', 'test', 'wound')];
    const more = [...alike, row('d', 'test', 'Ulcer')];
    expect(ids(selectRows(more, { ...options, excludedLabels: ['HER2+', 'ulcer'] }))).toBe('bc');
  });

  it('draws at random, the same for the same seed, and keeps the order', () => {
    const many = Array.from({ length: 26 }, (_, index) => row(String.fromCharCode(97 + index), 'test', 'x'));
    const draw = (seed: number) => ids(selectRows(many, { ...options, limit: 9, seed }));
    expect(draw(1)).toHaveLength(9);
    expect(draw(1)).toBe(draw(1));
    expect(draw(1)).not.toBe(draw(2));
    expect(draw(1)).toBe(draw(1).split('').sort().join(''));
    expect(draw(1)).not.toBe('abcdefghi');
  });

  it('lists few of the splits and labels, which may be as many as the rows and about patients', () => {
    const many = Array.from({ length: 30 }, (_, index) => row(`${index}`, `fold${index}`, `note ${index}`));
    expect(() => selectRows(many, options)).toThrow(/There are fold0, .*fold7 and 22 more;/);
    expect(() => selectRows(many, { ...options, split: 'all', excludedLabels: ['x'] })).toThrow(
      /There are note 0, .*note 7 and 22 more\./,
    );
  });
});

it('refuses splits that differ in case only, of which one would be left out', () => {
  const mixed = [...rows, row('e', 'Test', 'glioma')];
  expect(() => selectRows(mixed, options)).toThrow('The splits "test" and "Test" differ in case only.');
});

it('refuses rows without a split beside others with one, but where every row is taken', () => {
  const bare = [...rows, row('e', undefined, 'glioma'), row('f', undefined, 'glioma')];
  expect(() => selectRows(bare, options)).toThrow(
    '2 rows of index.csv name no split, and the others do (train, test). Name one in each row, or in none.',
  );
  expect(selectRows(bare, { ...options, split: 'all' }).rows).toEqual(bare);
});

it('says which images without masks count more than once', () => {
  const twice = [...rows, row('b', 'test', 'glioma'), row('c', 'test', 'glioma')];
  expect(sayRepeated(twice)).toEqual([
    expect.stringContaining('each of which counts: 2 images, of which 1 with several labels.'),
  ]);
  expect(sayRepeated([...twice.map((one) => ({ ...one, mask: 'm.png' }))])).toEqual([]);
  expect(sayRepeated(rows)).toEqual([]);
});
