import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testClasses } from '@medzoo/core/testing';
import { expect, it } from 'vitest';
import { digestSeen } from '../../embed/set/digest-seen.js';
import { readEmbedSet } from '../../embed/set/read-embed-set.js';
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

it('notices by the list of images that a set has changed, and by nothing else', async () => {
  const folder = join(await mkdtemp(join(tmpdir(), 'sets-')), 'lesions');
  await mkdir(folder);
  const write = async (lines: readonly string[]) => {
    await writeFile(join(folder, 'index.csv'), ['image,label,split', ...lines].join('\n'));
    return { set: await readDataSet(folder), ...(await readEmbedSet(folder, { seed: 1, splits: ['train'] })) };
  };
  const then = await write(['sub\\a.png,x,train', 'b.png,x,val', 'c.png,x,test']);
  // As of a head that was trained without some labels: the count says nothing.
  const trained = {
    ...testClasses.trained,
    trainedOn: [{ dataset: 'lesions', licence: 'CC0', n: 1, seen: then.seen! }],
  };
  expect(splitAsTrained(then.set, [{ trained }], 1).warnings).toEqual([]);
  const same = await write(['c.png,x,test', 'd.png,x,test', 'b.png,x,train', 'sub/a.png,x,train']);
  expect(splitAsTrained(same.set, [{ trained }], 1).warnings).toEqual([]);
  // Embedding leaves out rows without an image, whose label or number may be wanted for something else.
  const bare = await write(['sub/a.png,x,train', 'b.png,x,val', ',x,train', 'c.png,x,test']);
  expect(splitAsTrained(bare.set, [{ trained }], 1).warnings).toEqual([]);
  expect(bare.seen).toBe(then.seen);
  const moved = await write(['sub/a.png,x,test', 'b.png,x,val', 'c.png,x,train']);
  expect(splitAsTrained(moved.set, [{ trained }], 1).warnings).toEqual([
    expect.stringContaining('not those that the head was trained with'),
  ]);
  // A set of the same name that has a test only, such as one of another hospital, holds nothing to compare.
  await writeFile(join(folder, 'index.csv'), 'image,label,split\nsub/a.png,x,test\n');
  expect(splitAsTrained(await readDataSet(folder), [{ trained }], 1).warnings).toEqual([]);
});

it('does not take the count for a change of a set that is drawn as it was', async () => {
  const rows = Array.from({ length: 40 }, (_, index) => ({
    ...{ image: `/${index}.png`, listed: { image: `${index}.png`, mask: undefined }, mask: undefined, label: 'x' },
    ...{ group: `${index}`, split: undefined },
  }));
  const set = { name: 'lesions', rows: rows as never };
  const drawn = splitAsTrained(set, [headOn('lesions')], 1).rows;
  const seen = digestSeen(drawn.map(({ listed, split }) => ({ file: listed.image, split })))!;
  const trained = { ...testClasses.trained, trainedOn: [{ dataset: 'lesions', licence: 'CC0', n: 3, seen }] };
  expect(splitAsTrained(set, [{ trained }], 1).warnings).toHaveLength(1);
  expect(splitAsTrained(set, [{ trained }], 2).warnings[1]).toContain('not those that the head was trained with');
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
