import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testClasses } from '@medzoo/core/testing';
import { expect, it } from 'vitest';
import { readEmbedSet } from '../../embed/read-embed-set.js';
import { readDataSet } from './data-set.js';
import { sayWhole, selectAsTrained, splitAsTrained } from './split-as-trained.js';

const headOn = (dataset: string, n = 10) => ({
  trained: { ...testClasses.trained, trainedOn: [{ dataset, licence: 'CC0', n }] },
});

it('measures a head on the images that embedding kept for the test, and not on those it learnt from', async () => {
  const folder = join(await mkdtemp(join(tmpdir(), 'sets-')), 'lesions');
  for (const label of ['a', 'b']) {
    await mkdir(join(folder, label), { recursive: true });
    for (let index = 0; index < 20; index += 1) await writeFile(join(folder, label, `${index}.png`), '');
  }
  const set = await readDataSet(folder);
  const { rows, warnings } = splitAsTrained(set, [headOn('lesions', 20)], 3);
  const embedded = await readEmbedSet(folder, { seed: 3 });
  const testOf = (
    all: readonly { readonly split: string | undefined }[],
    nameOf: (index: number) => string | undefined,
  ) => all.flatMap(({ split }, index) => (split === 'test' ? [nameOf(index)] : []));
  expect(testOf(rows, (index) => rows[index]!.image)).toEqual(
    testOf(embedded.rows, (index) => embedded.rows[index]!.path),
  );
  expect(testOf(rows, () => '')).toHaveLength(10);
  expect(warnings).toEqual([expect.stringContaining('splits are drawn with seed 3')]);
  const changed = { name: 'lesions', rows: rows.slice(0, -1).map((row) => ({ ...row, split: undefined })) };
  expect(splitAsTrained(changed, [headOn('lesions', 20)], 3).warnings[1]).toContain(
    'learnt from 20 images of this set',
  );
});

it('takes all of a set that the head never saw, and the splits of one that has them', async () => {
  const rows = [{ split: undefined }, { split: undefined }] as never;
  expect(splitAsTrained({ name: 'other', rows }, [headOn('lesions')], 1)).toEqual({ rows, warnings: [] });
  const split = [{ split: 'test' }, { split: 'train' }] as never;
  expect(splitAsTrained({ name: 'lesions', rows: split }, [headOn('lesions')], 1).rows).toBe(split);
});

it('selects by those splits for the head that is asked, and says so', () => {
  const rows = Array.from({ length: 20 }, (_, index) => ({
    image: `${index}.png`,
    group: `${index}`,
    split: undefined,
  }));
  const set = { name: 'lesions', rows: rows as never, notes: [] };
  const head = { manifest: { ...testClasses.manifest, id: 'asked' }, ...headOn('lesions') };
  const selection = { split: 'test', excludedLabels: [], limit: undefined, seed: 3 };
  const asked = selectAsTrained(set, [head], { ...selection, head: 'asked' });
  expect([asked.rows.length, asked.split, asked.warnings.length]).toEqual([5, 'test', 1]);
  const other = selectAsTrained(set, [head], { ...selection, head: 'other' });
  expect([other.rows.length, other.split, other.warnings]).toEqual([20, 'all', []]);
});

it('says of a set that is measured as a whole that the head may have learnt from it under another name', () => {
  const rows = [{ split: undefined }, { split: undefined }] as never;
  expect(sayWhole({ name: 'renamed', rows }, headOn('lesions'))[0]).toContain('It learnt from lesions.');
  expect(sayWhole({ name: 'lesions', rows }, headOn('lesions'))).toEqual([]);
  expect(sayWhole({ name: 'renamed', rows: [{ split: 'test' }] as never }, headOn('lesions'))).toEqual([]);
});
