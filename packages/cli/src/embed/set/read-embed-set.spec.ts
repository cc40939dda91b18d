import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writeDataSet } from '../../testing/write-data-set.js';
import { assignSplits } from './assign-splits.js';
import { readEmbedSet } from './read-embed-set.js';

async function writeFolders(files: readonly string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'folders-'));
  for (const file of files) {
    await mkdir(join(folder, file, '..'), { recursive: true });
    await writeFile(join(folder, file), '');
  }
  return folder;
}

const names = (label: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${label}/${index}.png`);

it('takes folders as labels and draws splits, the same for the same seed', async () => {
  const folder = await writeFolders([
    ...names('benign', 20),
    ...names('malignant', 10),
    'benign/notes.txt',
    '.git/x.png',
  ]);
  const { rows, notes } = await readEmbedSet(folder, { seed: 1 });
  const count = (label: string, split: string) =>
    rows.filter((row) => row.label === label && row.split === split).length;
  expect(['train', 'val', 'test'].map((split) => count('benign', split))).toEqual([10, 5, 5]);
  expect(['train', 'val', 'test'].map((split) => count('malignant', split))).toEqual([6, 2, 2]);
  expect(notes).toEqual([
    "There is no index.csv: the folders' names are the labels (benign, malignant).",
    'Left out, as their names do not end like images: 1 file.',
    expect.stringContaining('Splits are drawn with seed 1') as string,
  ]);
  expect((await readEmbedSet(folder, { seed: 1 })).rows).toEqual(rows);
  expect((await readEmbedSet(folder, { seed: 2 })).rows).not.toEqual(rows);
});

it("takes a folder's label with one spelling of an umlaut, and its files with their own", async () => {
  const folder = await writeFolders([...names('U\u0308', 2), ...names('a', 2)]);
  const { rows } = await readEmbedSet(folder, { seed: 1 });
  expect(rows.map(({ file, label }) => [file, label]).slice(0, 2)).toEqual([
    ['U\u0308/0.png', '\u00dc'],
    ['U\u0308/1.png', '\u00dc'],
  ]);
});

it('leaves an image in its split when others are added or taken away', async () => {
  const splitsOf = async (files: readonly string[]) =>
    new Map((await readEmbedSet(await writeFolders(files), { seed: 1 })).rows.map(({ file, split }) => [file, split]));
  const files = [...names('a', 60), ...names('b', 60)];
  const before = await splitsOf(files);
  const after = await splitsOf([...files.filter((_, index) => index % 20 !== 0), 'a/new.png', 'b/new.png']);
  const kept = [...after].filter(([file]) => before.has(file));
  const moved = kept.filter(([file, split]) => split !== before.get(file));
  expect(kept).toHaveLength(114);
  expect(moved.length).toBeLessThan(6);
});

it('draws the splits of an index without groups by its images, whatever their order', async () => {
  const splitsOf = async (rows: readonly string[]) => {
    const folder = await writeFolders(names('x', 40));
    await writeFile(join(folder, 'index.csv'), `image,label\n${rows.map((file) => `${file},x\n`).join('')}`);
    return new Map((await readEmbedSet(folder, { seed: 1 })).rows.map(({ file, split }) => [file, split]));
  };
  const files = names('x', 40);
  expect(await splitsOf(files.toReversed())).toEqual(await splitsOf(files));
  // An image that stands there twice is on one side.
  const twice = await readEmbedSet(await writeTwice(files), { seed: 1 });
  for (const file of files)
    expect(new Set(twice.rows.filter((row) => row.file === file).map(({ split }) => split)).size).toBe(1);
});

async function writeTwice(files: readonly string[]): Promise<string> {
  const folder = await writeFolders(files);
  await writeFile(
    join(folder, 'index.csv'),
    `image,label\n${[...files, ...files].map((file) => `${file},x\n`).join('')}`,
  );
  return folder;
}

it('takes folders that are called like splits for splits, and draws val out of train where there is none', async () => {
  const folder = await writeFolders([...names('Training/a', 10), ...names('Training/b', 10), 'Testing/a/t.png']);
  const { rows, notes } = await readEmbedSet(folder, { seed: 1 });
  expect(rows.filter(({ split }) => split === 'test').map(({ file }) => file)).toEqual(['Testing/a/t.png']);
  expect(rows.filter(({ split }) => split === 'val').length).toBe(4);
  expect(notes.at(-1)).toContain('The set has no split val');
  const kept = await readEmbedSet(folder, { seed: 1, splits: ['test'] });
  expect(kept.rows).toHaveLength(1);
  await expect(readEmbedSet(folder, { seed: 1, splits: ['tset'] })).rejects.toThrow('no split "tset"');
});

it('refuses a folder without labels, and an index that names splits for some rows only', async () => {
  const folder = await writeFolders(names('one', 3));
  await expect(readEmbedSet(folder, { seed: 1 })).rejects.toThrow('and the one folder one with images');
  const set = await writeDataSet('set', 'image,label,split\na.png,x,train\nb.png,y,\n');
  await expect(readEmbedSet(set, { seed: 1 })).rejects.toThrow('1 row of index.csv names no split');
});

it('refuses labels that differ in case only, with how often each occurs, in an index and in folders', async () => {
  const set = await writeDataSet('spelt', 'image,label\na.png,Benign\nb.png,benign\nc.png,benign \nd.png,malignant\n');
  await expect(readEmbedSet(set, { seed: 1 })).rejects.toThrow(
    'The labels "Benign" (1 image) and "benign" (2 images) differ in case or in spaces around them only',
  );
  const folder = await writeFolders([...names('train/ridge', 2), ...names('train/flat', 2), ...names('test/Flat', 3)]);
  await expect(readEmbedSet(folder, { seed: 1 })).rejects.toThrow('"Flat" (3 images) and "flat" (2 images)');
});

it.each([
  ['validation', 'val'],
  ['dev', 'val'],
  ['Training', 'train'],
  ['testing', 'test'],
])('asks of the split %s whether %s is meant', async (split, meant) => {
  const set = await writeDataSet('set', `image,label,split\na.png,x,train\nb.png,y,${split}\n`);
  await expect(readEmbedSet(set, { seed: 1 })).rejects.toThrow(`"${split}" is unknown. Did you mean ${meant}?`);
});

it('keeps a split of a name of its own', async () => {
  const set = await writeDataSet('set', 'image,label,split\na.png,x,train\nb.png,y,val\nc.png,y,external\n');
  expect((await readEmbedSet(set, { seed: 1 })).rows.map(({ split }) => split)).toEqual(['train', 'val', 'external']);
});

it('keeps the images of a patient on one side', () => {
  const rows = Array.from({ length: 40 }, (_, index) => ({ label: 'x', group: `patient ${index % 8}` }));
  const splits = assignSplits(rows, { val: 0.25, test: 0.25 }, 3);
  const sides = new Map(rows.map(({ group }, index) => [group, splits[index]]));
  expect(rows.every(({ group }, index) => sides.get(group) === splits[index])).toBe(true);
  expect([...sides.values()].toSorted()).toEqual(['test', 'test', 'train', 'train', 'train', 'train', 'val', 'val']);
});

/** How many images of train, val and test are drawn of patients with so many images each. */
function countDrawn(sizes: readonly number[], seed: number): number[] {
  const rows = sizes.flatMap((size, patient) =>
    Array.from({ length: size }, () => ({ label: 'x', group: `${patient}` })),
  );
  const splits = assignSplits(rows, { val: 0.15, test: 0.15 }, seed);
  return ['train', 'val', 'test'].map((split) => splits.filter((one) => one === split).length);
}

it.each([
  // 12 patients of two images each: two patients would be 4 images, and training refuses fewer than 5.
  { sizes: Array.from({ length: 12 }, () => 2), fewest: [12, 6, 6] },
  // Val and test must not take what training needs.
  { sizes: [10, 5, 3, 2, 1, 1, 1, 1], fewest: [10, 5, 5] },
  { sizes: [...Array.from({ length: 15 }, () => 1), 5], fewest: [10, 5, 5] },
  { sizes: [12, 3, 3, 3, 3, 3, 3], fewest: [12, 6, 6] },
  // Where that cannot be, train has enough of them, and no split is left without.
  { sizes: [30, 2, 2], fewest: [30, 2, 2] },
  { sizes: [30, 2], fewest: [30, 2, 0] },
])('draws images enough of a label where patients have $sizes images', ({ sizes, fewest }) => {
  const drawn = Array.from({ length: 100 }, (_, seed) => countDrawn(sizes, seed));
  expect(fewest.map((_, place) => Math.min(...drawn.map((counts) => counts[place]!)))).toEqual(fewest);
});

it('draws groups of one image, and many groups, by their count alone', () => {
  const ones = (count: number) => countDrawn(new Array<number>(count).fill(1), 1);
  expect([3, 10, 19, 20, 100].map(ones)).toEqual([
    [1, 1, 1],
    [6, 2, 2],
    [13, 3, 3],
    [10, 5, 5],
    [70, 15, 15],
  ]);
  expect(countDrawn(new Array<number>(20).fill(7), 1)).toEqual([70, 35, 35]);
});

it('keeps a draw that heads were trained on', () => {
  const rows = Array.from({ length: 24 }, (_, index) => ({ label: 'x', group: `${index}` }));
  const splits = assignSplits(rows, { val: 0.15, test: 0.15 }, 1);
  const placesOf = (split: string) => splits.flatMap((one, index) => (one === split ? [index] : []));
  expect([placesOf('val'), placesOf('test')]).toEqual([
    [6, 7, 8, 10, 14],
    [0, 5, 15, 16, 22],
  ]);
});

it('leaves a label with one group to training', () => {
  const rows = [{ label: 'rare', group: 'a' }, ...['b', 'c', 'd'].map((group) => ({ label: 'common', group }))];
  expect(assignSplits(rows, { val: 0.15, test: 0.15 }, 1)[0]).toBe('train');
});

it('says that a column seems to name patients where none is called group', async () => {
  const rows = ['image,label,split,patient', ...['a', 'a', 'b'].map((name, at) => `${at}.png,high,train,${name}`)];
  const ungrouped = await writeDataSet('ungrouped', rows.join('\n'));
  const said = expect.stringContaining('no column group, and patient names several images alike') as string;
  expect((await readEmbedSet(ungrouped, { seed: 1 })).notes).toContainEqual(said);
  const grouped = await writeDataSet('grouped', rows.join('\n').replace('patient', 'group'));
  expect((await readEmbedSet(grouped, { seed: 1 })).notes).not.toContainEqual(said);
});
