import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { stripVTControlCharacters } from 'node:util';
import { loadDomainConfig } from '../testing/load-test-config.js';
import { paintImage } from '../testing/paint-image.js';
import { writeDataSet } from '../testing/write-data-set.js';
import { readEmbedSet } from '../embed/set/read-embed-set.js';
import { formatDomain } from './format-domain.js';
import { readImages } from './read-images.js';
import { runDomain } from './run-domain.js';

const SIZE = { width: 32, height: 16 };
const EVERYWHERE = { x: 0, y: 0, ...SIZE };
const config = await loadDomainConfig();
const flat = (grey: number) => paintImage(SIZE, EVERYWHERE, grey, 0).png().toBuffer();
const dark = await flat(64);
const bright = await flat(230);
const selection = { split: 'test', excludedLabels: [], limit: undefined, seed: 1 };
const ask = (data: string, head: string | undefined, own?: string) =>
  runDomain({ ...selection, config, data, head, own, onProgress: () => undefined }).then(({ report, warnings }) => ({
    ...report,
    warnings,
  }));

/** Three dark images and three bright ones, in folders, without an index. */
async function writeFolder(): Promise<string> {
  const files = { 'a.png': dark, 'b/c.PNG': dark, 'd.png': dark, 'e.png': bright, 'f.png': bright, 'g.png': bright };
  const folder = await writeDataSet('pictures', '', { ...files, 'notes.txt': Buffer.from('no image') });
  await rm(join(folder, 'index.csv'));
  return folder;
}

it('tells the images of any folder that are not of the head’s kind, at each threshold', async () => {
  const report = await ask(await writeFolder(), 'shade');
  expect(report).toMatchObject({ head: 'shade', dataset: 'pictures', split: 'all', n: 6, n_failed: 0, n_groups: 6 });
  const [domain] = report.domains;
  expect(domain).toMatchObject({
    labels: null,
    nearest: { 'dark drawing': 3, 'bright drawing': 3 },
    auroc: null,
    own: null,
  });
  expect(domain!.thresholds.map(({ false_refusals, in_use }) => [false_refusals, in_use])).toEqual([
    [0.01, false],
    [0.05, true],
  ]);
  for (const { refused } of domain!.thresholds) expect(refused).toMatchObject({ value: 0.5, n: 6 });
  const { answered_normal: normal, answered_pneumonia: ill } = report.answers;
  expect([normal, ill]).toEqual([
    expect.objectContaining({ value: 1, n: 3 }),
    expect.objectContaining({ value: 0, n: 3 }),
  ]);
  const text = stripVTControlCharacters(formatDomain(report));
  expect(text).toMatch(/0\.500 {3}.* 0\.500 \*/);
  expect(text).toContain('--own DIR');
});

it('compares with the scores that the model file holds', async () => {
  const { domains, answers } = await ask(await writeFolder(), 'shapes');
  expect(domains[0]).toMatchObject({
    labels: ['fetal_head'],
    auroc: { value: 0.5, n: 12 },
    own: { datasets: ['own'], split: 'val', n: 6, source: 'model.json' },
  });
  // Bright pixels are fetal_head, but not in an image that is not of its kind; nuclei have no domain.
  expect(answers).toMatchObject({
    present_fetal_head: { value: 0 },
    present_nuclei: { value: 0.5 },
    present_any: { value: 0.5 },
  });
});

it('compares with the head’s own images where they are found, of their split alone', async () => {
  const data = await writeFolder();
  const rows = Array.from({ length: 6 }, (_, index) => `${index},i.png,val\n`).join('');
  const own = await writeDataSet('own', `id,image,split\n${rows}x,none.png,train\n`, { 'i.png': dark });
  const [domain] = (await ask(data, 'shade', dirname(own))).domains;
  // Three of the images are those of its own, to the pixel: ties count half.
  expect(domain).toMatchObject({ auroc: { value: 0.75, n: 12 }, own: { n: 6, source: 'images' } });
  await expect(ask(data, 'shade', data)).rejects.toThrow(`There is no set own in ${data}`);
});

it('looks at each of its own images once, and says which could not be read', async () => {
  const data = await writeFolder();
  const rows = Array.from({ length: 6 }, (_, index) => `${index},i.png,val\n`).join('');
  const own = await writeDataSet('own', `id,image,split\n${rows}lost,none.png,val\n`, { 'i.png': dark });
  const [shade, shapes] = ['shade', 'shapes'].map((id) => config.heads.find(({ manifest }) => manifest.id === id)!);
  const [domain] = shade!.trained.domains!;
  const domains = ['fetal_head', 'nuclei'].map((label) => ({ ...domain!, labels: [label] }));
  const heads = [{ ...shapes!, trained: { ...shapes!.trained, domains } }];
  let judged = 0;
  const options = { ...selection, config: { ...config, heads }, data, head: 'shapes', own: dirname(own) };
  const { report, warnings } = await runDomain({ ...options, onProgress: () => (judged += 1) });
  expect(report.domains.map((one) => one.own?.n)).toEqual([6, 6]);
  expect(judged).toBe(6 + 7);
  expect(warnings).toEqual([
    'Left out, as their names do not end like images: 1 file.',
    "own: Left out of the head's own images, as they could not be read: 1 image. The first, lost: Its image " +
      'none.png: There is no such file. Check the path.',
  ]);

  const other = await writeDataSet('own', 'image,split\ni.png,test\n', { 'i.png': dark });
  await expect(ask(data, 'shade', dirname(other))).rejects.toThrow('has no image of the split val');
});

it('takes no image that the head learnt from, where the set names no splits', async () => {
  const names = Array.from({ length: 20 }, (_, index) => `${index}.png`);
  const data = await writeDataSet(
    'films',
    `image\n${names.join('\n')}\n`,
    Object.fromEntries(names.map((name) => [name, dark])),
  );
  const heads = config.heads.map((head) => ({
    ...head,
    trained: { ...head.trained, trainedOn: [{ dataset: 'films', licence: 'CC0', n: 10 }] },
  }));
  const options = { ...selection, config: { ...config, heads }, data, head: 'shade', own: undefined };
  const { report, warnings } = await runDomain({ ...options, onProgress: () => undefined });
  expect([report.split, report.n]).toEqual(['test', 5]);
  expect(warnings[0]).toContain('splits are drawn with seed 1');
});

it('draws the splits of folders for labels as they were drawn for training', async () => {
  const files = ['ill', 'well'].flatMap((label) =>
    Array.from({ length: label === 'ill' ? 30 : 90 }, (_, index) => [`${label}/${index}.png`, dark] as const),
  );
  const data = await writeDataSet('films', '', Object.fromEntries([...files, ['loose.png', dark]]));
  await rm(join(data, 'index.csv'));
  const heads = config.heads.map(({ manifest, trained }) => ({
    manifest,
    trained: { ...trained, trainedOn: [{ dataset: 'films', licence: 'CC0', n: 14 }] },
  }));
  const { rows } = await readEmbedSet(data, { seed: 1 });
  const learnt = new Set(rows.filter(({ split }) => split === 'train').map(({ file }) => file));
  const taken = await readImages(data, heads, { ...selection, head: 'shade' });
  expect(taken.rows.length).toBeGreaterThan(15);
  expect(taken.rows.filter(({ id }) => learnt.has(id))).toEqual([]);
});

it('takes folders that are called like splits for these', async () => {
  const names = ['train', 'test'].flatMap((split) => ['ill', 'well'].map((label) => `${split}/${label}/1.png`));
  const data = await writeDataSet('films', '', Object.fromEntries(names.map((name) => [name, dark])));
  await rm(join(data, 'index.csv'));
  const { report } = await runDomain({
    ...selection,
    config,
    data,
    head: 'shade',
    own: undefined,
    onProgress: () => 0,
  });
  expect([report.split, report.n]).toEqual(['test', 2]);
});

it('takes links to images too, and says what it leaves out', async () => {
  const data = await writeFolder();
  await symlink(join(data, 'a.png'), join(data, 'b/link.png'));
  const { n, warnings } = await ask(data, 'shade');
  expect(n).toBe(7);
  expect(warnings).toEqual(['Left out, as their names do not end like images: 1 file.']);
});

it('passes over hidden folders', async () => {
  const data = await writeFolder();
  await mkdir(join(data, '.checkpoints'));
  await writeFile(join(data, '.checkpoints/x.png'), dark);
  expect((await ask(data, 'shade')).n).toBe(6);
});

it('says which heads can say', async () => {
  const data = await writeFolder();
  await expect(ask(data, undefined)).rejects.toThrow('--head ID, one of shapes, shade');
  await expect(ask(data, 'prompted')).rejects.toThrow('has no domains in its model file, and takes every image');
  await expect(ask(join(data, 'nowhere'), 'shade')).rejects.toThrow('There is no folder');
  await rm(join(data, 'b'), { recursive: true });
  await expect(ask(await writeDataSet('labelled', 'image,label\nnone.png,x\n'), 'shade')).rejects.toThrow(
    'None of 1 image',
  );
});
