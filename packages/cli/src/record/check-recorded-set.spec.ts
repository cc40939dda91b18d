import { testClasses } from '@medzoo/core/testing';
import { expect, it } from 'vitest';
import { writeDataSet } from '../testing/write-data-set.js';
import { checkRecordedSet } from './check-recorded-set.js';

const trainedOn = [{ dataset: 'lesions', licence: 'CC0', n: 28 }];
const heads = [{ ...testClasses, trained: { ...testClasses.trained, trainedOn } }];
const selection = { split: 'test', excludedLabels: [], limit: undefined, seed: 1, head: undefined };
const images = Array.from({ length: 40 }, (_, index) => `${index}.png`);

it('records no whole set that may be the one the head learnt from, unless it is asked to', async () => {
  const index = `image,label\n${images.map((image) => `${image},normal\n`).join('')}`;
  const renamed = await writeDataSet('renamed', index);
  await expect(checkRecordedSet(renamed, heads, selection)).rejects.toThrow('say so with --split all');
  await checkRecordedSet(renamed, heads, { ...selection, split: 'all' });
  await checkRecordedSet(await writeDataSet('lesions', index), heads, selection);
});

it('records the splits that a set names', async () => {
  const index = `image,label,split\n${images.map((image) => `${image},normal,test\n`).join('')}`;
  await checkRecordedSet(await writeDataSet('others', index), heads, selection);
});
