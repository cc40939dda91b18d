import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { serveModels } from '../../../test/serve-models.js';
import type { ModelProgress } from '../../contract/index.js';
import { createFakeBackend } from '../../testing/fake-backend.js';
import { testClasses, testEncoder, testMasks } from '../../testing/test-heads.js';
import { createTestImage } from '../../testing/test-image.js';
import { createZoo } from '../create-zoo.js';
import { prefetchModels } from './prefetch-models.js';

async function createServed() {
  const cacheFolder = await mkdtemp(join(tmpdir(), 'medzoo-cache-'));
  const server = await serveModels([testMasks, testClasses]);
  onTestFinished(async () => {
    await server.close();
    await rm(cacheFolder, { recursive: true });
  });
  return { cacheFolder, server, heads: server.heads };
}

const endsOf = (told: readonly ModelProgress[]) =>
  told
    .filter(({ state }) => state === 'ready')
    .map(({ model, receivedBytes, totalBytes }) => [model, receivedBytes, totalBytes]);

const sizeOf = ({ trained }: { trained: { model: { bytes: number } } }) => [trained.model.bytes, trained.model.bytes];

const EVERY_MODEL = [
  ['test-encoder', ...sizeOf(testEncoder)],
  ['test-masks', ...sizeOf(testMasks)],
  ['test-classes', ...sizeOf(testClasses)],
];

describe('zoo.prefetch', () => {
  it('fetches every model once, so that the zoo then answers without a connection', async () => {
    const { cacheFolder, server, heads } = await createServed();
    const zoo = await createZoo({ heads, threads: 1, weights: { cacheFolder } });
    const told: ModelProgress[] = [];
    await zoo.prefetch({ onProgress: (progress) => told.push(progress) });
    expect(endsOf(told)).toEqual(EVERY_MODEL);
    expect(told.some(({ model, state }) => model === 'test-encoder' && state === 'fetching')).toBe(true);
    expect(server.asked).toHaveLength(3);
    expect((await readdir(join(cacheFolder, 'weights'))).length).toBe(3);

    await server.close();
    const outcomes = await zoo.analyze(await createTestImage(), { 'test-masks': {}, 'test-classes': {} } as never);
    expect(outcomes).toMatchObject({ 'test-masks': { ok: true }, 'test-classes': { ok: true } });
    await zoo.prefetch();
    await zoo.close();
  });

  it('verifies weights that lie on this machine, and tells of them too', async () => {
    const zoo = await createZoo({ heads: [testMasks, testClasses], threads: 1 });
    const told: ModelProgress[] = [];
    await zoo.prefetch({ onProgress: (progress) => told.push(progress) });
    expect(endsOf(told)).toEqual(EVERY_MODEL);
    await zoo.close();

    const trained = { ...testMasks.trained, model: { ...testMasks.trained.model, sha256: '0'.repeat(64) } };
    await expect(prefetchModels({ heads: [{ ...testMasks, trained }] })).rejects.toMatchObject({
      code: 'WEIGHTS_CORRUPT',
    });
  });

  it('stops when its signal says so or the zoo is closed', async () => {
    const { cacheFolder, heads } = await createServed();
    const zoo = await createZoo({ heads, threads: 1, weights: { cacheFolder } });
    const controller = new AbortController();
    const reason = new Error('enough');
    const stopped = zoo.prefetch({ signal: controller.signal, onProgress: () => controller.abort(reason) });
    await expect(stopped).rejects.toBe(reason);
    await expect(zoo.prefetch({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);

    const running = expect(zoo.prefetch()).rejects.toMatchObject({ code: 'BACKEND_UNAVAILABLE' });
    await zoo.close();
    await running;
    await expect(zoo.prefetch()).rejects.toMatchObject({ code: 'BACKEND_UNAVAILABLE' });
  });

  it('names the file that is not to be had', async () => {
    const { cacheFolder, server, heads } = await createServed();
    server.files.delete(`/${testClasses.trained.model.sha256}.onnx`);
    await expect(prefetchModels({ heads, weights: { cacheFolder } })).rejects.toMatchObject({
      code: 'WEIGHTS_UNAVAILABLE',
      message: expect.stringContaining(testClasses.trained.model.sha256) as string,
    });
    expect(await readdir(join(cacheFolder, 'weights'))).toContain(testMasks.trained.model.sha256);
  });

  it('leaves the bringing to a backend of its own, or leaves it out', async () => {
    const brought: string[] = [];
    const prefetch = ({ sha256 }: { sha256: string }) => Promise.resolve(void brought.push(sha256));
    await prefetchModels({ heads: [testMasks], backend: { ...createFakeBackend(), prefetch } });
    expect(brought).toEqual([testEncoder.trained.model.sha256, testMasks.trained.model.sha256]);
    await expect(prefetchModels({ heads: [testMasks], backend: createFakeBackend() })).resolves.toBeUndefined();
  });
});
