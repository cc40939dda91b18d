import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { probeCache } from './probe-cache.js';

async function createFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'medzoo-cache-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

it('looks at the nearest folder above one that is not made yet, and leaves nothing there', async () => {
  const folder = await createFolder();
  const cacheFolder = join(folder, 'a', 'b');
  const found = await probeCache({ cacheFolder, offline: true });
  expect(found).toMatchObject({ folder: cacheFolder, fault: undefined, isOffline: true });
  expect(found.freeBytes).toBeGreaterThan(0);
  expect(await readdir(folder)).toEqual([]);
});

it('says what is in the way', async () => {
  const file = join(await createFolder(), 'file');
  await writeFile(file, '');
  expect(await probeCache({ cacheFolder: join(file, 'cache') })).toMatchObject({ fault: `${file} is no folder` });
});

it.skipIf(process.platform !== 'linux')('finds a folder that nobody may write to', async () => {
  expect((await probeCache({ cacheFolder: '/proc/medzoo' })).fault).toMatch(
    /^(this user may not write to \/proc|\/proc is on)/,
  );
});
