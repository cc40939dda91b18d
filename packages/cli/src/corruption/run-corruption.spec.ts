import type { ImageDecoder } from '@medzoo/core/contract';
import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import { loadDomainConfig } from '../testing/load-test-config.js';
import { paintImage } from '../testing/paint-image.js';
import { createRawDecoder, writeRaw } from '../testing/raw-decoder.js';
import { writeDataSet } from '../testing/write-data-set.js';
import { formatCorruption } from './format-corruption.js';
import { CORRUPTIONS } from './corruptions.js';
import { runCorruption } from './run-corruption.js';

const SIZE = { width: 32, height: 32 };
const BOX = { x: 8, y: 8, width: 16, height: 16 };
const config = await loadDomainConfig();
const run = (data: string, heads = config.heads, decoders: readonly ImageDecoder[] = []) => {
  const progress: number[] = [];
  const options = { split: 'test', excludedLabels: [], limit: undefined, seed: 1, head: undefined, target: undefined };
  const asked = {
    ...options,
    config: { ...config, heads, decoders },
    data,
    isPrompted: false,
    onProgress: (done: number) => progress.push(done),
  };
  return runCorruption(asked).then((evaluation) => ({ ...evaluation, progress }));
};

it('measures what each corruption costs of Dice, on images that are answered both times', async () => {
  const image = await paintImage(SIZE, BOX, 255, 0).png().toBuffer();
  const data = await writeDataSet('fetal_head', 'id,image,mask\na,i.png,i.png\nb,i.png,i.png\nc,none.png,i.png\n', {
    'i.png': image,
  });
  const { report, progress } = await run(data);
  expect(report).toMatchObject({ head: 'shapes', target: 'fetal_head', n: 2, n_failed: 1 });
  expect(report.failed[0]!.error).toMatch(/^clean: Its image none\.png: There is no such file/);
  expect(Object.keys(report.corruptions)).toEqual(Object.keys(CORRUPTIONS));
  expect(progress.at(-1)).toBe(3 * (1 + Object.keys(CORRUPTIONS).length));
  expect(report.clean).toMatchObject({ dice: { value: 1, n: 2 }, refused: { value: 0 }, drop: { value: 0 } });
  expect(report.corruptions.rotate90).toMatchObject({ dice: { value: 1 }, drop: { value: 0 } });
  // Three quarters of the picture are bright now: another kind, so nothing is outlined, and no drop can be measured.
  const inverted = report.corruptions.inverted!;
  expect(inverted).toMatchObject({ dice: { value: 0 }, refused: { value: 1, n: 2 } });
  expect(inverted).not.toHaveProperty('drop');
  expect(inverted).not.toHaveProperty('dice_answered');
  const text = stripVTControlCharacters(formatCorruption({ report, because: 'its name', warnings: [] }));
  expect(text).toMatch(/inverted +0\.000 +1\.000/);
  expect(text).toMatch(/rotate90 +1\.000 +0\.000 +2 +1\.000/); // lost of it, on two images
});

it('tells how masks were read, as an evaluation without corruptions does', async () => {
  const image = await paintImage(SIZE, BOX, 255, 0).png().toBuffer();
  const data = await writeDataSet('fetal_head', 'id,image,mask\na,i.png,one.png\nb,i.png,two.png\n', {
    ...{ 'i.png': image, 'one.png': await paintImage(SIZE, BOX, 1, 0).png().toBuffer() },
    'two.png': await paintImage(SIZE, BOX, 2, 0).png().toBuffer(),
  });
  expect((await run(data)).warnings).toContainEqual(expect.stringContaining('but several: 1 in 1, 2 in 1.'));
});

it('measures accuracy, calibration and refusals of a classifier over what it answers', async () => {
  const flat = (grey: number) =>
    paintImage(SIZE, { x: 0, y: 0, ...SIZE }, grey, 0)
      .png()
      .toBuffer();
  const data = await writeDataSet('films', 'image,label\na.png,normal\nb.png,normal\nc.png,pneumonia\n', {
    'a.png': await flat(64),
    'b.png': await flat(70),
    'c.png': await flat(80),
  });
  const { report } = await run(data);
  expect(report).toMatchObject({ head: 'shade', target: null, n: 3 });
  expect(report.clean).toMatchObject({
    accuracy: { value: 0.666667, n: 3 },
    drop: { value: 0 },
    refused: { value: 0 },
  });
  expect(report.clean.confidence!.value).toBeCloseTo(1 - (64 + 70 + 80) / 3 / 255, 3);
  // As bright as three quarters: still within the other threshold, but not this one.
  expect(report.corruptions.inverted).toMatchObject({ refused: { value: 1, n: 3 } });
  expect(report.corruptions.inverted).not.toHaveProperty('accuracy');
  expect(report.corruptions['flip-x']).toMatchObject({
    accuracy: { value: 0.666667 },
    ece: expect.anything() as unknown,
  });
});

it('takes no image that the head learnt from, where the set names no splits', async () => {
  const names = Array.from({ length: 10 }, (_, index) => `${index}.png`);
  const image = await paintImage(SIZE, { x: 0, y: 0, ...SIZE }, 64, 0)
    .png()
    .toBuffer();
  const index = `image,label\n${names.map((name) => `${name},normal\n`).join('')}`;
  const data = await writeDataSet('films', index, Object.fromEntries(names.map((name) => [name, image])));
  const heads = config.heads.map((head) => ({
    ...head,
    trained: { ...head.trained, trainedOn: [{ dataset: 'films', licence: 'CC0', n: 6 }] },
  }));
  const { report, warnings } = await run(data, heads);
  expect(report).toMatchObject({ split: 'test', n: 2 });
  expect(warnings).toEqual([expect.stringContaining('splits are drawn with seed 1')]);
});

it('corrupts what the head sees, also of formats that only the config reads', async () => {
  const decoder = createRawDecoder();
  const data = await writeDataSet('films', 'image,label\nx.raw,normal\ny.raw,normal\n', {
    'x.raw': writeRaw(SIZE, 64),
    'y.raw': writeRaw(SIZE, 70),
  });
  const { report } = await run(data, config.heads, [decoder]);
  expect(report).toMatchObject({ n: 2, n_failed: 0, clean: { accuracy: { value: 1 } } });
  expect(report.corruptions.inverted).toMatchObject({ refused: { value: 1 } });
  expect(new Set(decoder.purposes)).toEqual(new Set(['head']));
});
