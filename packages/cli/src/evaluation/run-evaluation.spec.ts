import { expect, it } from 'vitest';
import { loadDomainConfig } from '../testing/load-test-config.js';
import { paintImage } from '../testing/paint-image.js';
import { createRawDecoder, writeRaw } from '../testing/raw-decoder.js';
import { writeDataSet } from '../testing/write-data-set.js';
import { runEvaluation } from './run-evaluation.js';

const SIZE = { width: 32, height: 32 };
const BOX = { x: 8, y: 8, width: 16, height: 16 };

it.each([false, true])('measures images of formats that only the config reads; by object: %s', async (byObject) => {
  const data = await writeDataSet('squares', 'image,mask\ni.raw,m.png\n', {
    'i.raw': writeRaw(SIZE, 0, BOX, 255),
    'm.png': await paintImage(SIZE, BOX, 255, 0).png().toBuffer(),
  });
  const { report } = await runEvaluation({
    config: { ...(await loadDomainConfig()), decoders: [createRawDecoder()] },
    ...{ data, head: 'prompted', target: undefined, isPrompted: true, byObject, outOfDomain: 'refuse' },
    ...{ split: 'test', excludedLabels: [], limit: undefined, seed: 1, onProgress: () => undefined },
  });
  expect(report).toMatchObject({ n: 1, n_failed: 0, metrics: { dice: { value: 1 } } });
});

it.each([false, true])('warns of masks of several values; by object: %s', async (byObject) => {
  const mask = (level: number) => paintImage(SIZE, BOX, level, 0).png().toBuffer();
  const data = await writeDataSet('squares', 'image,mask\ni.png,one.png\nj.png,two.png\n', {
    ...{ 'i.png': await mask(255), 'j.png': await mask(254), 'one.png': await mask(1), 'two.png': await mask(2) },
  });
  const { warnings } = await runEvaluation({
    config: await loadDomainConfig(),
    ...{ data, head: 'prompted', target: undefined, isPrompted: true, byObject, outOfDomain: 'refuse' },
    ...{ split: 'test', excludedLabels: [], limit: undefined, seed: 1, onProgress: () => undefined },
  });
  expect(warnings).toContainEqual(expect.stringContaining('but several: 1 in 1, 2 in 1. All count as the same target'));
});
