import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { testVariantClasses } from '@medzoo/core/testing';
import { expect, it, onTestFinished } from 'vitest';
import { gatherFacts } from './gather-facts.js';

it('runs a model whose weights lie in a second file, if model.json names that', async () => {
  const { model, variants = [] } = testVariantClasses.trained;
  const { url, sha256, bytes, data } = variants.find((variant) => variant.data !== undefined)!;
  const folder = await mkdtemp(join(tmpdir(), 'facts-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const weights = fileURLToPath(data!.url);
  const name = weights.slice(weights.lastIndexOf('/') + 1);
  await copyFile(fileURLToPath(url), join(folder, 'head.onnx'));
  await copyFile(weights, join(folder, name));
  const modelFile = join(folder, 'model.json');
  const gather = async (fields: object) => {
    await writeFile(
      modelFile,
      JSON.stringify({
        ...testVariantClasses.trained,
        model: { ...model, url: './head.onnx', sha256, bytes, ...fields },
      }),
    );
    return gatherFacts(folder, modelFile, { heads: [], hasCode: false, fault: undefined });
  };
  const named = await gather({ data: { ...data, url: `./${name}` } });
  expect(named.trialFault).toBeUndefined();
  expect(named.trial?.singles.length).toBeGreaterThan(0);
  expect((await gather({ data: { ...data, url: '/dev/zero' } })).trialFault).toContain('is not there');
  expect((await gather({})).trialFault).toContain('ONNX external data');
  expect((await gather({ data: { ...data, url: `./${name}`, sha256: '0'.repeat(64) } })).trialFault).toContain(
    'SHA-256',
  );
});
