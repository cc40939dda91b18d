import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { sendFile, startServer } from '../../../test/file-server.js';
import type { ModelProgress } from '../../contract/index.js';
import { testEncoder, type testClasses } from '../../testing/test-heads.js';
import { createTestImage } from '../../testing/test-image.js';
import { readFileSync } from 'node:fs';
import { connectZoo } from '../connect-zoo.js';

/** Starts from the build: `npm test` makes it. */
const TESTING = new URL('../../../dist/testing/index.js', import.meta.url).href;

const TIMEOUT_MS = 120_000;
const FAULT = new Error('mine');

/** A zoo whose encoder's weights are on a server that stands still in the middle until it is let go. */
async function connectServed() {
  const folder = await mkdtemp(join(tmpdir(), 'medzoo-prefetch-'));
  const bytes = readFileSync(new URL(testEncoder.trained.model.url));
  const gate = { isOpen: true };
  const server = await startServer((request, response) => {
    if (gate.isOpen) sendFile(bytes)(request, response);
    else response.writeHead(200, { 'content-length': bytes.length }).write(bytes.subarray(0, bytes.length / 2));
  });
  const config = join(folder, 'medzoo.config.mjs');
  await writeFile(
    config,
    `import { testClasses } from ${JSON.stringify(TESTING)};
    const { encoder } = testClasses;
    const model = { ...encoder.trained.model, url: ${JSON.stringify(`${server.url}/encoder.onnx`)} };
    const moved = { ...encoder, trained: { ...encoder.trained, model } };
    const weights = { cacheFolder: ${JSON.stringify(join(folder, 'cache'))} };
    export default { heads: [{ ...testClasses, encoder: moved }], threads: 1, weights };`,
  );
  const zoo = await connectZoo<readonly [typeof testClasses]>({ config });
  onTestFinished(async () => {
    await zoo.close();
    await server.close();
    await rm(folder, { recursive: true });
  });
  return { zoo, gate, cached: () => readdir(join(folder, 'cache', 'weights')) };
}

it('prefetches for a zoo in a process of its own, and its progress crosses', { timeout: TIMEOUT_MS }, async () => {
  const { zoo, gate, cached } = await connectServed();
  const told: ModelProgress[] = [];
  await zoo.prefetch({ onProgress: (progress) => told.push(progress) });
  const { sha256, bytes } = testEncoder.trained.model;
  expect(told).toContainEqual(
    expect.objectContaining({ model: 'test-encoder', sha256, state: 'ready', receivedBytes: bytes, totalBytes: bytes }),
  );
  expect(told.at(-1)).toMatchObject({ model: 'test-classes', state: 'ready' });
  expect(await cached()).toEqual([sha256]);

  gate.isOpen = false;
  const outcomes = await zoo.analyze(await createTestImage(), { 'test-classes': {} });
  expect(outcomes).toMatchObject({ 'test-classes': { ok: true } });
});

it('stops in the middle of a file, unlocks it, and goes on there the next time', { timeout: TIMEOUT_MS }, async () => {
  const { zoo, gate, cached } = await connectServed();
  gate.isOpen = false;
  const controller = new AbortController();
  const reason = new Error('enough');
  const onProgress = ({ state }: ModelProgress): void => {
    if (state === 'fetching') controller.abort(reason);
  };
  await expect(zoo.prefetch({ signal: controller.signal, onProgress })).rejects.toBe(reason);
  expect((await cached()).filter((name) => name.endsWith('.lock'))).toEqual([]);
  gate.isOpen = true;
  await zoo.prefetch();
  expect(await cached()).toEqual([testEncoder.trained.model.sha256]);
});

it.each<[string, () => unknown]>([
  ['throws', () => { throw FAULT; }], // prettier-ignore
  ['is async and rejects', async () => Promise.reject(FAULT)],
])('stops and says so where who is told of its progress %s', { timeout: TIMEOUT_MS }, async (_, tell) => {
  const { zoo, gate, cached } = await connectServed();
  gate.isOpen = false;
  const onProgress = vi.fn(tell);
  await expect(zoo.prefetch({ onProgress })).rejects.toBe(FAULT);
  expect(onProgress).toHaveBeenCalledOnce();
  expect((await cached().catch(() => [])).filter((name) => name.endsWith('.lock'))).toEqual([]);
});

it('ends with the zoo', { timeout: TIMEOUT_MS }, async () => {
  const { zoo, gate } = await connectServed();
  gate.isOpen = false;
  let onFetching: () => void = () => undefined;
  const fetching = new Promise<void>((resolve) => (onFetching = resolve));
  const ended = expect(zoo.prefetch({ onProgress: () => onFetching() })).rejects.toMatchObject({
    code: 'BACKEND_UNAVAILABLE',
  });
  await fetching;
  await zoo.close();
  await ended;
});
