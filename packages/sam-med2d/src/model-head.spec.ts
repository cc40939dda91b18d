import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createZoo } from '@medzoo/core';
import {
  createTestImage,
  testClasses,
  testEncoder,
  testHead,
  testKeypoints,
  testMasks,
  testMultilabel,
  testValues,
} from '@medzoo/core/testing';
import { describe, expect, it } from 'vitest';
import { modelHead } from './model-head.js';

type Json = Record<string, unknown>;

/** The model file of a test model, changed; its weights are named by their whole URL. */
async function writeModel(trained: typeof testClasses.trained, changes: Json = {}): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), 'model-')), 'model.json');
  await writeFile(path, JSON.stringify({ ...trained, ...changes }));
  return path;
}

const classes = await writeModel(testClasses.trained);

describe('a head without code, of classes', () => testHead(modelHead(classes, { encoder: testEncoder }), { it }));

const values = await writeModel(testValues.trained);
describe('a head without code, of numbers', () => testHead(modelHead(values, { encoder: testEncoder }), { it }));

const points = await writeModel(testKeypoints.trained);
describe('a head without code, of places', () => testHead(modelHead(points, { encoder: testEncoder }), { it }));

const several = await writeModel(testMultilabel.trained);
describe('a head without code, of several labels', () =>
  testHead(modelHead(several, { encoder: testEncoder }), { it }));

const exclusive = new URL('../../core/test-models/exclusive.json', import.meta.url);
describe('a head without code, of exclusive masks', () =>
  testHead(modelHead(exclusive, { encoder: testEncoder }), { it }));

const heatmaps = new URL('../../core/test-models/heatmaps.json', import.meta.url);
describe('a head without code, of heat maps', () => testHead(modelHead(heatmaps, { encoder: testEncoder }), { it }));

it('refuses outputs of two tasks', async () => {
  const { model } = testClasses.trained;
  const outputs = [...model.outputs, ...testMultilabel.trained.model.outputs];
  const both = await writeModel(testClasses.trained, { model: { ...model, outputs } });
  expect(() => modelHead(both)).toThrow('has "logits" and "label_logits"');
});

it('refuses a regression whose numbers have no unit', async () => {
  const { 'bone age': age } = testValues.trained.quantities!;
  const head = modelHead(await writeModel(testValues.trained, { quantities: { 'bone age': age } }), {
    encoder: testEncoder,
  });
  await expect(createZoo({ heads: [head] })).rejects.toThrow('has no unit for hand length');
});

it('answers by the standard rule of its task', async () => {
  const bare = await writeModel(testClasses.trained, { name: 'Two Breasts, 3rd try' });
  const head = modelHead(bare, { encoder: testEncoder });
  expect(head.manifest).toMatchObject({ id: 'two-breasts-3rd-try', task: 'classification', params: {} });
  const zoo = await createZoo({ heads: [head] });
  const outcome = (await zoo.analyze(await createTestImage(), { 'two-breasts-3rd-try': {} }))['two-breasts-3rd-try'];
  expect(outcome.ok && outcome.value).toMatchObject({ task: 'classification', label: expect.any(String) as string });
  await zoo.close();
});

it('is called what its model file says, unless the config says otherwise', async () => {
  const manifest = { id: 'lesions', title: 'Lesions', intendedUse: 'Tests.', modalities: ['XC'] };
  const model = await writeModel(testMasks.trained, { manifest });
  expect(modelHead(model).manifest).toMatchObject({ ...manifest, task: 'segmentation' });
  expect(modelHead(model, { id: 'mine', modalities: [] }).manifest).toMatchObject({ id: 'mine', modalities: [] });
  await expect(
    writeModel(testMasks.trained, { manifest: { ...manifest, id: 'Not An Id' } }).then(modelHead),
  ).rejects.toThrow('lower-case words joined by hyphens');
});

it('refuses outputs and inputs that need code, and a misspelt option', async () => {
  const { model } = testClasses.trained;
  const withModel = (changes: Json) => writeModel(testClasses.trained, { model: { ...model, ...changes } });
  const scores = [{ name: 'answers', dtype: 'float32', shape: ['batch', 3] }];
  expect(() => modelHead(classes, { tilte: 'x' } as object)).toThrow('Did you mean "title"?');
  await expect(withModel({ outputs: scores }).then(modelHead)).rejects.toThrow(
    '"logits", float32 [batch, labels], for classification; or "values"',
  );
  const inputs = [{ name: 'features', dtype: 'float32', shape: ['batch', 4, 2, 2] }];
  await expect(writeModel(testClasses.trained, { name: '肺 2' }).then(modelHead)).rejects.toThrow('Give it one');
  await expect(withModel({ inputs }).then(modelHead)).rejects.toThrow('has the input "features"');
});
