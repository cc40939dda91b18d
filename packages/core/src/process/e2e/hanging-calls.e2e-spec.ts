import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import type { Zoo } from '../../contract/index.js';
import type { testClasses, testMasks } from '../../testing/test-heads.js';
import { createTestImage } from '../../testing/test-image.js';
import { connectZoo } from '../connect-zoo.js';

/** Starts from the build: `npm test` makes it. */
const TESTING = new URL('../../../dist/testing/index.js', import.meta.url).href;
vi.setConfig({ testTimeout: 180_000 });

type Heads = readonly [typeof testClasses, typeof testMasks];

/** A zoo of two heads. `more` is what its config has beside them; `never` waits for ever, `isClasses` tells a model. */
async function connect(more: string): Promise<Zoo<Heads>> {
  const folder = await mkdtemp(join(tmpdir(), 'medzoo-hanging-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const config = join(folder, 'medzoo.config.mjs');
  await writeFile(
    config,
    `import { createFakeBackend, testClasses, testMasks } from ${JSON.stringify(TESTING)};
    const never = () => new Promise(() => undefined);
    const isClasses = ({ sha256 }) => sha256 === testClasses.trained.model.sha256;
    export default { heads: [testClasses, testMasks], threads: 1, ${more} };`,
  );
  return connectZoo<Heads>({ config, standby: false, stallAfterMs: 2000 });
}

const FAULT = { code: 'INFERENCE_FAILED', details: { cause: 'stalled' } };

it.each([
  ['a run', 'backend: createFakeBackend({ run: (_, spec) => (isClasses(spec) ? never() : undefined) })'],
  ['the opening of a model', 'backend: createFakeBackend({ open: (spec) => isClasses(spec) && never() })'],
])('%s that never ends, and blocks nothing, ends its own call and no other', async (_, more) => {
  const zoo = await connect(more);
  const hanging = zoo.analyze(await createTestImage(), { 'test-classes': {} });
  hanging.catch(() => undefined);
  const other = await zoo.analyze(await createTestImage({ seed: 2 }), { 'test-masks': {} });
  expect(other).toMatchObject({ 'test-masks': { ok: true } });
  await expect(hanging).rejects.toMatchObject(FAULT);
  expect(zoo.runtime().queue.pending).toBe(0);
  await zoo.close();
});

it('a backend that bounds its times itself is waited for, however slow it is', async () => {
  const slowly = '() => new Promise((resolve) => setTimeout(resolve, 3500))';
  const zoo = await connect(
    `backend: { ...createFakeBackend({ open: ${slowly}, run: ${slowly} }), hasTimeouts: true }`,
  );
  const answers = await zoo.analyze(await createTestImage(), { 'test-classes': {} });
  expect(answers).toMatchObject({ 'test-classes': { ok: true } });
  await zoo.close();
});

const DESCRIPTION = "{ format: 'mine', width: 5, height: 5, frames: 1, frame: 0 }";

it.each([
  ['the header', 'open: never'],
  ['the pixels', `open: async () => ({ description: ${DESCRIPTION}, decodeBytes: 1, decode: never })`],
])('a decoder that never gives %s ends the call', async (_, open) => {
  const zoo = await connect(`backend: createFakeBackend(), decoders: [{ sniff: () => 'mine', ${open} }]`);
  await expect(zoo.analyze(await createTestImage(), { 'test-classes': {} })).rejects.toMatchObject(FAULT);
  await zoo.close();
});

it('a zoo can be closed while a call of its waits for what never comes', async () => {
  const zoo = await connect(`backend: createFakeBackend({ run: never })`);
  const hanging = zoo.analyze(await createTestImage(), { 'test-classes': {} });
  hanging.catch(() => undefined);
  await zoo.close();
  await expect(hanging).rejects.toMatchObject({ code: 'BACKEND_UNAVAILABLE' });
});
