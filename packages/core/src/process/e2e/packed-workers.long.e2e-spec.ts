import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createTestImage } from '../../testing/test-image.js';
import { connectZoo } from '../connect-zoo.js';

/** Starts from the build: `npm test` makes it. */
const HEADS = new URL('../../../../medcls/dist/index.js', import.meta.url);
vi.setConfig({ testTimeout: 180_000 });

let cacheFolder: string;

beforeEach(async () => {
  cacheFolder = await mkdtemp(join(tmpdir(), 'medzoo-packed-'));
  vi.stubEnv('MEDZOO_CACHE_DIR', cacheFolder);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(cacheFolder, { recursive: true });
});

async function connect(options = '', processes = 2) {
  const config = join(cacheFolder, 'medzoo.config.mjs');
  const heads = JSON.stringify(HEADS.href);
  await writeFile(
    config,
    `import { brainMri } from ${heads};\nexport default { heads: [brainMri], warmUp: true, ${options} };\n`,
  );
  return connectZoo({ config, processes, standby: false });
}

/** The files of weights that a process has mapped. */
function mappedBy(pid: number): readonly string[] {
  const lines = readFileSync(`/proc/${pid}/maps`, 'utf8').split('\n');
  return [...new Set(lines.flatMap((line) => /\S+weights\.bin$/.exec(line) ?? []))].sort();
}

it.runIf(process.platform === 'linux')('workers share the weights that the first of them has packed', async () => {
  const zoo = await connect();
  const [one, other] = zoo.runtime().processes.map(({ pid }) => mappedBy(pid));
  await zoo.close();
  expect(one).toHaveLength(2); // encoder and head
  expect(one!.every((path) => path.startsWith(join(cacheFolder, 'packed')))).toBe(true);
  expect(other).toEqual(one);
  expect(await readdir(join(cacheFolder, 'packed'))).toHaveLength(2);
});

it.runIf(process.platform === 'linux')(
  'workers open the bytes where the config, or the environment, says so',
  async () => {
    const zoo = await connect('packedWeights: false');
    await zoo.close();
    vi.stubEnv('MEDZOO_PACKED_WEIGHTS', 'off');
    await (await connect()).close();
    expect(await readdir(cacheFolder)).toEqual(['medzoo.config.mjs']);
  },
);

it.runIf(process.platform === 'linux')(
  'a file that is cut while it is mapped ends a worker, and no call fails',
  async () => {
    const zoo = await connect('', 1);
    const folder = join(cacheFolder, 'packed');
    for (const key of await readdir(folder)) {
      const weights = join(folder, key, 'weights.bin');
      await chmod(weights, 0o600);
      await truncate(weights, 0);
    }
    const answers = await zoo.analyze(await createTestImage({ seed: 1 }), { 'brain-mri': {} }, { outOfDomain: 'warn' });
    expect(answers['brain-mri']).toMatchObject({ ok: true });
    const { pid, crashes } = zoo.runtime().processes[0]!;
    expect(crashes).toBe(1);
    expect(mappedBy(pid)).toHaveLength(2); // made again
    await zoo.close();
  },
);
