import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { probeStart } from './probe-start.js';

/** Compiled, as what the process imports: `npm test` builds it. */
const TESTING = new URL('../../../dist/testing/index.js', import.meta.url).href;

async function probe(config: string) {
  const folder = await mkdtemp(join(tmpdir(), 'medzoo-start-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'medzoo.config.mjs');
  await writeFile(path, `import { testMasks } from ${JSON.stringify(TESTING)}; export default ${config}`);
  return probeStart(pathToFileURL(path));
}

it.each([
  [`{ heads: [testMasks] }`],
  [`{ heads: [testMasks], warmUp: true, memoryBudget: '1GiB', observer() { throw new Error('nobody hears it'); } }`],
  [
    `{ warmUp: true, heads: [{ ...testMasks, trained: { ...testMasks.trained,
      model: { ...testMasks.trained.model, url: 'https://models.example/a.onnx', sha256: '0'.repeat(64) } } }] }`,
  ],
])('has nothing to say of %s', async (config) => expect(await probe(config)).toBeUndefined());

it.each([
  [`{ heads: [testMasks], memoryBudget: '1KiB' }`, /A model needs about .* raise it/],
  [`{ heads: [testMasks], embeddingStore: {} }`, /embeddingStore is a store with get\(key\) and set/],
  [`{ heads: [testMasks], requireGpu: true }`, /requireGpu needs a GPU's execution provider/],
  [`{ heads: [{ ...testMasks, feeds: () => process.exit(7) }], warmUp: true }`, /^its process ended by exit code 7$/],
])('says in the words of the start why %s cannot', async (config, words) => {
  expect(await probe(config)).toMatch(words);
});
