import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createMachine, GPU_SERVER } from '../../../test/fake-machine.js';
import { checkPacked } from '../checks/check-packed.js';
import { probePacked } from './probe-packed.js';

const machine = createMachine(GPU_SERVER);
const fault = undefined;

async function createCache(): Promise<{ readonly weights: { readonly cacheFolder: string }; readonly folder: string }> {
  const cacheFolder = await mkdtemp(join(tmpdir(), 'medzoo-cache-'));
  onTestFinished(() => rm(cacheFolder, { recursive: true }));
  return { weights: { cacheFolder }, folder: join(cacheFolder, 'packed') };
}

it('says where packed weights will be, and leaves nothing there', async () => {
  const { weights, folder } = await createCache();
  const facts = await probePacked(machine, { weights });
  expect(facts).toEqual({ state: 'absent', folder });
  expect(await readdir(weights.cacheFolder)).toEqual([]);
  expect(checkPacked(facts, { fault })).toMatchObject({ id: 'packed', state: 'ok' });
  const broken = checkPacked(facts, { fault: 'this user may not write to it' });
  expect(broken).toMatchObject({ state: 'notice', found: expect.stringContaining('cannot be made') as string });
});

it('counts what is kept', async () => {
  const { weights, folder } = await createCache();
  const model = join(folder, 'a'.repeat(64));
  await mkdir(folder, { mode: 0o700 });
  await mkdir(model);
  await writeFile(join(model, 'weights.bin'), new Uint8Array(2000));
  const facts = await probePacked(machine, { weights });
  expect(facts).toMatchObject({ state: 'usable', models: 1, bytes: 2000 });
  expect(checkPacked(facts, { fault }).found).toBe(`${folder}, 1 model, 2.0 kB`);
});

it('says why they are not used, and that they run without', async () => {
  const { weights, folder } = await createCache();
  await mkdir(folder);
  await chmod(folder, 0o775);
  const facts = await probePacked(machine, { weights });
  expect(facts).toMatchObject({ state: 'unusable', reason: expect.stringContaining('its mode is 775') as string });
  expect(checkPacked(facts, { fault })).toMatchObject({
    state: 'notice',
    remedy: expect.stringContaining('mode 700') as string,
  });
});

it('says that they are off, by the config or the environment', async () => {
  const { weights } = await createCache();
  expect(await probePacked(machine, { weights, packedWeights: false })).toMatchObject({ state: 'off' });
  const environment = { MEDZOO_PACKED_WEIGHTS: '0' };
  const facts = await probePacked(createMachine({ ...GPU_SERVER, environment }), { weights });
  expect(checkPacked(facts, { fault })).toMatchObject({ state: 'ok', found: expect.stringMatching(/^off/) as string });
});
