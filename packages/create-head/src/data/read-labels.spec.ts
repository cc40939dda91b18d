import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { FEWEST, findLabels, sayScarce } from './read-labels.js';

it('reads the labels of an index or of folders', async () => {
  const data = await mkdtemp(join(tmpdir(), 'data-'));
  await expect(findLabels({}, data)).rejects.toThrow('neither an index.csv');
  await writeFile(join(data, 'index.csv'), 'Image, Label\n1.png,b\n2.png,"a, c"\n3.png,b\n');
  expect(await findLabels({}, data)).toEqual(['a, c', 'b']);
  await writeFile(join(data, 'index.csv'), 'image,label\n1.png,Benign\n2.png,benign\n3.png, benign\n');
  await expect(findLabels({}, data)).rejects.toThrow(
    'The labels "Benign" (1 image) and "benign" (2 images) differ in case or in spaces around them only',
  );
  expect(await findLabels({ leaveOut: ['Benign'] }, data)).toEqual(['benign']);
  await writeFile(join(data, 'index.csv'), 'image,label\n1.png,Größe\n', 'latin1');
  await expect(findLabels({}, data)).rejects.toThrow('is not in UTF-8');
});

it('says what is wrong with an index as medzoo embed does, and quotes nothing of it', async () => {
  const data = await mkdtemp(join(tmpdir(), 'data-'));
  const refused = async (text: string): Promise<string> => {
    await writeFile(join(data, 'index.csv'), text);
    const error: unknown = await findLabels({}, data).catch((fault: unknown) => fault);
    return (error as Error).message.slice(data.length + 1);
  };
  const without = (count: number) =>
    `index.csv needs a column image; none of the ${count} in its first line is called so.`;
  expect(await refused('image;label\nDoe_Jane.png;a\n')).toBe(
    `${without(1)} Its columns are separated by semicolons: save it with commas.`,
  );
  expect(await refused('Image\tlabel\nDoe_Jane.png\ta\n')).toContain('separated by tabs');
  expect(await refused('file,label\nDoe_Jane.png,a\n')).toBe(without(2));
  expect(await refused('image,label,Label,,\nDoe_Jane.png,a,b,,\n')).toContain(
    'two columns "label": upper and lower case',
  );
  expect(await refused('image,label\nDoe_Jane".png,a\n')).toBe(
    'index.csv is not valid CSV in line 2. A quote stands in a text that is not in quotes: put quotes around it, and ' +
      'write its own twice.',
  );
});

it('asks for as many images as the trainer does', async () => {
  const trainer = new URL('../../../../tools/medzoo-train/medzoo_heads/embeddings/splits.py', import.meta.url);
  const [, said] = /^FEWEST = (\{.*\})$/m.exec(await readFile(trainer, 'utf8'))!;
  expect(FEWEST).toEqual(JSON.parse(said!));
});

it('says which labels have too few images to train on, of an index and of folders', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'scarce-'));
  const rows = (label: string, count: number) => Array.from({ length: count }, (_, at) => `${label}${at}.png,${label}`);
  await writeFile(join(folder, 'index.csv'), ['image,label', ...rows('mole', 20), ...rows('rare', 19)].join('\n'));
  expect(await sayScarce({}, folder)).toMatch(/at least 20 \(10 in train.*there are too few of "rare" 19\./);
  expect(await sayScarce({ labels: ['mole'] }, folder)).toBeUndefined();
  expect(await sayScarce({ task: 'keypoints' }, folder)).toBeUndefined();
  // To leave a label out is no advice where fewer than two would be left.
  expect(await sayScarce({}, folder)).toMatch(/Add some\.$/);
  await writeFile(
    join(folder, 'index.csv'),
    ['image,label', ...rows('mole', 20), ...rows('naevus', 20), ...rows('rare', 19)].join('\n'),
  );
  expect(await sayScarce({}, folder)).toMatch(/Add some, or leave the label out with --leave-out\.$/);
  const folders = await mkdtemp(join(tmpdir(), 'scarce-'));
  for (const label of ['mole', 'naevus']) await mkdir(join(folders, label));
  await writeFile(join(folders, 'mole', '1.png'), '');
  expect(await sayScarce({ labels: ['mole', 'naevus'] }, folders)).toContain('"mole" 1, "naevus" 0.');
});

it('takes a folder without images for no label, and refuses to leave out what is not there', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'folders-'));
  for (const label of ['U\u0308bergang', 'a, b', 'empty']) await mkdir(join(folder, label));
  expect(await findLabels({}, folder)).toEqual(['a, b', 'empty', '\u00dcbergang']);
  await writeFile(join(folder, 'U\u0308bergang', '1.png'), '');
  await writeFile(join(folder, 'a, b', '1.tif'), '');
  await writeFile(join(folder, 'empty', 'notes.txt'), '');
  expect(await findLabels({}, folder)).toEqual(['a, b', '\u00dcbergang']);
  await expect(findLabels({ leaveOut: ['a'] }, folder)).rejects.toThrow(
    'names "a", which no image of ' + folder + ' has. There are "a, b",\u00dcbergang.',
  );
});

it('takes the labels of mask values, whatever folders the images lie in', async () => {
  const data = await mkdtemp(join(tmpdir(), 'data-'));
  await mkdir(join(data, 'images'));
  await mkdir(join(data, 'masks'));
  const maskValues = { 1: 'nucleus', 2: 'cell' };
  expect(await findLabels({ task: 'segmentation', maskValues }, data)).toEqual(['nucleus', 'cell']);
  expect(await findLabels({ labels: ['cell', 'nucleus'], maskValues }, data)).toEqual(['cell', 'nucleus']);
  expect(await findLabels({ task: 'classification' }, data)).toEqual(['images', 'masks']);
  await expect(findLabels({ task: 'segmentation' }, data)).rejects.toThrow('does not say what its masks show');
});

it('reads places and several labels out of an index, and does not guess numbers', async () => {
  const data = await mkdtemp(join(tmpdir(), 'data-'));
  await writeFile(
    join(data, 'index.csv'),
    'image,label,Tip_x,tip_y,carina_x\n1.png,mass|effusion,1,2,3\n2.png,none,,,\n',
  );
  expect(await findLabels({ task: 'keypoints' }, data)).toEqual(['tip']);
  const several = { task: 'multilabel', separator: '|', leaveOut: ['none'] } as const;
  expect(await findLabels(several, data)).toEqual(['effusion', 'mass']);
  await expect(findLabels({ task: 'multilabel' }, data)).rejects.toThrow('say with --separator "|"');
  await expect(findLabels({ task: 'regression' }, data)).rejects.toThrow('--quantities "bone age=mo"');
  expect(await findLabels({ task: 'regression', quantities: { age: 'mo' } }, data)).toEqual(['age']);
});
