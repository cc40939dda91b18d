import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { modelHead } from '@medzoo/sam-med2d';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { updateCard } from '../card/update-card.js';
import { runEvaluation } from '../evaluation/run-evaluation.js';
import { writeDataSet } from '../testing/write-data-set.js';
import { GOOD_HEAD, LABELS, writeHead } from '../testing/write-head.js';
import { findModelFile } from './find-model-file.js';
import { recordEvaluation } from './record-evaluation.js';

const README = [
  '# Lesions',
  'Words of a person.',
  '<!-- card: written by `npx medzoo card` from the head and model.json -->',
  '<!-- end of card -->',
  '## Limits',
].join('\n\n');

/** Images of two shades; those of the second label are the lighter ones. */
async function writeImages(): Promise<string> {
  const names = Array.from({ length: 12 }, (_, index) => `${index}.png`);
  const index = names.map((name, place) => `${name},${LABELS[place % 2]},test`);
  const images = await Promise.all(
    names.map((_, place) =>
      sharp({ create: { width: 32, height: 24, channels: 3, background: place % 2 ? '#dca' : '#112' } })
        .png()
        .toBuffer(),
    ),
  );
  const files = Object.fromEntries(names.map((name, place) => [name, images[place]!]));
  return writeDataSet('lesions', ['image,label,split', ...index].join('\n'), files);
}

async function evaluate(folder: string) {
  const head = modelHead(join(folder, 'model/model.json'));
  const data = await writeImages();
  const { report, warnings } = await runEvaluation({
    config: { heads: [head], threads: 1 },
    ...{ data, split: 'test', head: undefined, target: undefined, isPrompted: false, outOfDomain: 'warn' as const },
    ...{ excludedLabels: [], limit: undefined, seed: 1, onProgress: () => undefined },
  });
  return { head, report, warnings };
}

it('writes nothing of a split of which an image could not be evaluated', async () => {
  const folder = await writeHead(GOOD_HEAD);
  const { head, report } = await evaluate(folder);
  const found = await findModelFile(head);
  const before = await readFile(found.path, 'utf8');
  await expect(recordEvaluation({ ...report, n_failed: 1 }, found, [head], undefined)).rejects.toThrow(
    /^Nothing was recorded, since 1 image of the split could not be evaluated/,
  );
  expect(await readFile(found.path, 'utf8')).toBe(before);
});

it('writes numbers into model.json and the card, and the same numbers once', async () => {
  const folder = await writeHead(GOOD_HEAD);
  await writeFile(join(folder, 'package.json'), '{ "name": "lesions", "version": "1.0.0" }');
  await writeFile(join(folder, 'README.md'), README);
  const { head, report } = await evaluate(folder);

  const recorded = await recordEvaluation(report, await findModelFile(head), [head], 'this test');
  expect(recorded).toEqual({
    modelFile: join(folder, 'model/model.json'),
    card: { path: join(folder, 'README.md'), state: 'updated' },
  });
  const { metrics, speed } = modelHead(join(folder, 'model/model.json')).trained;
  const accuracy = metrics.filter(({ name }) => name === 'accuracy');
  // What stood there of the same data set and split is replaced.
  expect(accuracy).toMatchObject([{ dataset: 'lesions', split: 'test', n: 12, value: report.metrics.accuracy!.value }]);
  expect(metrics.find(({ name, label }) => name === 'auroc' && label === 'malignant')).toBeDefined();
  expect(speed).toMatchObject([{ machine: 'this test', provider: 'cpu', n: 12 }]);

  const readme = await readFile(join(folder, 'README.md'), 'utf8');
  expect(readme).toContain('Words of a person.');
  expect(readme).toContain(`| accuracy |  | ${report.metrics.accuracy!.value.toFixed(3)} [`);
  expect(readme).toContain('npx medzoo evaluate --data DATA/lesions --split test --head lesions');
  expect(readme.endsWith('## Limits')).toBe(true);

  const again = modelHead(join(folder, 'model/model.json'));
  const repeated = await recordEvaluation(report, await findModelFile(again), [again], 'this test');
  expect(repeated.card?.state).toBe('current');
  expect(modelHead(join(folder, 'model/model.json')).trained.metrics).toHaveLength(metrics.length);
});

it('leaves no number behind that was measured before, and not now', async () => {
  const folder = await writeHead(GOOD_HEAD);
  const { head, report } = await evaluate(folder);
  await recordEvaluation(report, await findModelFile(head), [head], undefined);
  const refused = { value: 1, n: 12 };
  const now = { ...report, n: 0, n_refused: 12, metrics: { refused } };
  await recordEvaluation(now, await findModelFile(head), [head], undefined);
  const { metrics } = modelHead(join(folder, 'model/model.json')).trained;
  expect(metrics.filter(({ dataset }) => dataset === 'lesions')).toMatchObject([{ name: 'refused', ...refused }]);
});

it('says so where the labels are probably swapped', async () => {
  const right = await evaluate(await writeHead(GOOD_HEAD));
  const wrong = await evaluate(
    await writeHead({ ...GOOD_HEAD, model: { ...GOOD_HEAD.model, labels: LABELS.toReversed() } }),
  );
  const values = [right, wrong].map(({ report }) => report.metrics.auroc!.value);
  expect(values.toSorted()).toEqual([0, 1]); // random weights may rank either way, and the swap turns it around
  const [low, high] = values[0]! < values[1]! ? [right, wrong] : [wrong, right];
  const hint = 'The AUROC of benign 0.000, malignant 0.000 is worse than guessing';
  expect(low.warnings).toEqual([expect.stringContaining(hint)]);
  expect(high.warnings).toEqual([]);
});

it('records in no installed package, and in no README that has no place for it', async () => {
  const folder = await writeHead(GOOD_HEAD);
  const head = modelHead(join(folder, 'model/model.json'));
  const url = head.trained.model.url.replace('/model/head.onnx', '/node_modules/x/head.onnx');
  const elsewhere = (changed: string) => ({
    ...head,
    trained: { ...head.trained, model: { ...head.trained.model, url: changed } },
  });
  await expect(findModelFile(elsewhere('https://example.org/head.onnx'))).rejects.toThrow('are not on this machine');
  await expect(findModelFile(elsewhere(url))).rejects.toThrow();
  expect((await updateCard(folder, [head])).state).toBe('missing');
  await writeFile(
    join(folder, 'README.md'),
    '# Lesions\n\n<!-- card: written by `npm run cards` -->\n\n<!-- end of card -->\n',
  );
  expect((await updateCard(folder, [head])).state).toBe('unmarked');
});
