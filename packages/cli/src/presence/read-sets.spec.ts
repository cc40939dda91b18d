import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeHead } from '../testing/describe-head.js';
import { readSets } from './read-sets.js';

it('takes no image that the head learnt from, where a set names no splits', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sets-'));
  const rows = Array.from({ length: 20 }, (_, index) => `${index}.png,lungs\n`).join('');
  for (const name of ['films', 'others']) {
    await mkdir(join(folder, name));
    await writeFile(join(folder, name, 'index.csv'), `image,label\n${rows}`);
  }
  const described = describeHead('automed', 'segmentation', ['lungs']);
  const trainedOn = [{ dataset: 'films', licence: 'CC0', n: 10 }];
  const head = { ...described, trained: { ...described.trained, trainedOn } };
  const selection = { head: undefined, split: 'test', excludedLabels: [], limit: undefined, seed: 1 };
  const { sets, warnings } = await readSets(folder, [head], selection);
  expect(sets.map((set) => [set.name, set.rows.length])).toEqual([
    ['films', 5],
    ['others', 20],
  ]);
  expect(warnings).toEqual([expect.stringMatching(/^films: The set names no splits/)]);
});
