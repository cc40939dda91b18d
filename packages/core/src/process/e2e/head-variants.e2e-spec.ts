import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { testVariantClasses } from '../../testing/test-heads.js';
import { createTestImage } from '../../testing/test-image.js';
import { connectZoo } from '../connect-zoo.js';

/** Starts from the build: `npm test` makes it. */
const TESTING = new URL('../../../dist/testing/index.js', import.meta.url).href;

const TIMEOUT_MS = 120_000;

async function connect(options: string) {
  const folder = await mkdtemp(join(tmpdir(), 'medzoo-variants-'));
  const config = join(folder, 'medzoo.config.mjs');
  await writeFile(
    config,
    `import { testVariantClasses } from ${JSON.stringify(TESTING)};
    export default { heads: [testVariantClasses], threads: 1, warmUp: true, ${options} };`,
  );
  const zoo = await connectZoo<readonly [typeof testVariantClasses]>({ config });
  onTestFinished(async () => {
    await zoo.close();
    await rm(folder, { recursive: true });
  });
  return zoo;
}

const { model, variants } = testVariantClasses.trained;

it.each([
  ['', variants![0]!.sha256, 'int8-static'],
  ["precision: 'reference'", model.sha256, 'reference'],
])(
  'a worker runs the file of a head that its config asks for, and says which: %s',
  { timeout: TIMEOUT_MS },
  async (options, sha256, precision) => {
    const zoo = await connect(options);
    const open = zoo.runtime().processes.flatMap(({ models }) => models);
    expect(open.find(({ id }) => id === 'test-classes')).toMatchObject({ sha256, precision });
    const { 'test-classes': outcome } = await zoo.analyze(await createTestImage(), { 'test-classes': {} });
    expect(outcome).toMatchObject({ ok: true, provenance: { head: { sha256 }, headPrecision: precision } });
  },
);
