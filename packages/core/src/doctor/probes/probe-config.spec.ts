import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { testVariantClasses } from '../../testing/test-heads.js';
import { probeConfig } from './probe-config.js';

const TESTING = new URL('../../testing/index.ts', import.meta.url).href;

async function probe(text: string, loadWithinMs?: number) {
  const folder = await mkdtemp(join(tmpdir(), 'medzoo-config-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'medzoo.config.mjs');
  await writeFile(path, text.replace('CACHE', JSON.stringify(folder)));
  return (await probeConfig(path, loadWithinMs)).facts;
}

const IMPORT = `import { createFakeBackend, testClasses, testMasks, testVariantClasses } from ${JSON.stringify(TESTING)};
  const change = (head, model) => ({ ...head, trained: { ...head.trained, model: { ...head.trained.model, ...model } } });`;

describe('probeConfig', () => {
  it('verifies every model that is on this machine', async () => {
    const facts = await probe(
      `${IMPORT} export default { heads: [testMasks, testClasses], providers: ['cuda', 'cpu'],
        headProviders: { 'test-masks': ['cpu', 'webgpu'] } }`,
    );
    expect(facts).toMatchObject({
      state: 'loaded',
      heads: ['test-masks', 'test-classes'],
      providers: ['cuda', 'cpu', 'webgpu'],
      models: ['test-encoder', 'test-masks', 'test-classes'].map((id) => ({ id, state: 'verified' })),
    });
  });

  it('verifies the files of a head that the providers of the config may run, and names their precision', async () => {
    const modelsOf = async (config: string) => {
      const facts = await probe(`${IMPORT} export default { heads: [testVariantClasses], ${config} }`);
      return facts.state === 'loaded' ? facts.models.filter(({ id }) => id === 'test-classes') : [];
    };
    const { model, variants } = testVariantClasses.trained;
    const [variant] = variants!;
    const bytes = variant!.bytes + model.bytes;
    const int8 = { precision: 'int8-static', sha256: variant!.sha256, bytes, state: 'verified' };
    const reference = { precision: 'reference', sha256: model.sha256, bytes: model.bytes, state: 'verified' };
    expect(await modelsOf('')).toMatchObject([int8]);
    expect(await modelsOf("precision: 'reference'")).toMatchObject([reference]);
    expect(await modelsOf("providers: ['cuda', 'cpu']")).toMatchObject([reference, int8]);
  });

  it('fetches nothing, and tells what is absent from what is faulty', async () => {
    const facts = await probe(`${IMPORT} export default {
      heads: [change(testMasks, { url: 'https://models.example/a.onnx' }), change(testClasses, { sha256: '0'.repeat(64) })],
      weights: { cacheFolder: CACHE, onProgress() { throw new Error('nobody waits for this'); } } }`);
    expect(facts).toMatchObject({
      models: [
        { id: 'test-encoder', state: 'verified' },
        { id: 'test-masks', state: 'absent', code: 'WEIGHTS_UNAVAILABLE' },
        { id: 'test-classes', state: 'faulty', code: 'WEIGHTS_CORRUPT' },
      ],
    });
  });

  it('leaves the models of a backend of its own alone', async () => {
    const facts = await probe(`${IMPORT} export default { heads: [testMasks], backend: createFakeBackend() }`);
    expect(facts).toMatchObject({ hasOwnBackend: true, models: [] });
  });

  it.each([
    ['export default 3', 'the default export 3'],
    ['import "nowhere-to-be-found"', 'cannot be loaded'],
    [
      `${IMPORT} export default { heads: [testMasks], headProviders: { masks: ['cpu'] } }`,
      'no such head in the config',
    ],
    [`${IMPORT} export default { heads: [testMasks], batching: { gpu: false } }`, 'batching names "gpu"'],
    [`${IMPORT} export default { heads: [testMasks], memoryBudget: '4' }`, 'memoryBudget is an amount'],
    [`${IMPORT} export default { heads: [testMasks, testMasks] }`, 'Two heads have the id "test-masks"'],
  ])('says in words what is wrong with %s', async (text, words) => {
    const facts = await probe(text);
    expect(facts).toMatchObject({ state: 'broken', reason: expect.stringContaining(words) as string });
  });

  it('does not wait for ever for a config that never finishes loading', async () => {
    const facts = await probe('await new Promise(() => { setInterval(() => {}, 1000).unref(); })', 200);
    expect(facts).toMatchObject({
      state: 'broken',
      reason: expect.stringMatching(/medzoo\.config\.mjs has not finished loading within 0\.2 s/) as string,
    });
  });

  it('takes a missing config for none unless it was named', async () => {
    expect((await probeConfig('nowhere.mjs')).facts).toMatchObject({ state: 'broken' });
  });
});
