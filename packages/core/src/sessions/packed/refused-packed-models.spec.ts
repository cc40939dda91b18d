import { spawnSync } from 'node:child_process';
import * as files from 'node:fs/promises';
import { chmod, mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createPackedFolder, PACKED_NOW, type PackedFolder } from '../../../test/packed-folder.js';
import * as externalData from './external-data.js';

// So that they can be spied on.
vi.mock('node:fs/promises', async (original) => ({ ...(await original<typeof files>()) }));
vi.mock('./external-data.js', async (original) => ({ ...(await original<typeof externalData>()) }));

let packed: PackedFolder;

beforeEach(async () => {
  packed = await createPackedFolder();
});
afterEach(() => packed.remove());

describe('packed weights that cannot be made', () => {
  it('in a folder that is open to others', async () => {
    await mkdir(packed.folder);
    await chmod(packed.folder, 0o755);
    expect(await packed.openAndRun()).toEqual(['bytes']);
    expect(await packed.entries()).toEqual([]);
    await chmod(packed.folder, 0o700);
    expect(await packed.openAndRun()).toEqual(PACKED_NOW);
  });

  it('in a folder that is a link', async () => {
    const other = join(packed.cacheFolder, 'other');
    await mkdir(other, { mode: 0o700 });
    await symlink(other, packed.folder);
    expect(await packed.openAndRun()).toEqual(['bytes']);
    expect(await readdir(other)).toEqual([]);
  });

  it.runIf(process.getuid?.() === 0)('in a folder of another user', async () => {
    await mkdir(packed.folder, { mode: 0o700 });
    await files.chown(packed.folder, 65_534, 65_534);
    expect(await packed.openAndRun()).toEqual(['bytes']);
  });

  it('where a folder cannot be made', async () => {
    await writeFile(packed.folder, 'a file');
    expect(await packed.openAndRun()).toEqual(['bytes']);
    await rm(packed.cacheFolder, { recursive: true });
    await writeFile(packed.cacheFolder, 'a file');
    expect(await packed.openAndRun()).toEqual(['bytes']);
  });

  it('on a disk that is full', async () => {
    const { statfs } = await vi.importActual<typeof files>('node:fs/promises');
    vi.spyOn(files, 'statfs').mockImplementation((async (path: string) =>
      Object.assign(await statfs(path), { bavail: 0 })) as typeof statfs);
    expect(await packed.openAndRun()).toEqual(['bytes']);
    expect(await packed.entries()).toEqual([]);
  });

  it('on a disk that fills up while they are written', async () => {
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    vi.spyOn(files, 'writeFile').mockRejectedValueOnce(full);
    expect(await packed.openAndRun()).toEqual([...PACKED_NOW, 'bytes']);
    expect(await packed.entries()).toEqual([]);
  });

  it('where kernels could not read them: to run them would end the process', async () => {
    vi.spyOn(externalData, 'readExternalData').mockReturnValueOnce({ usedBytes: 1, endsAt: 1, isAligned: false });
    expect(await packed.openAndRun()).toEqual(['bytes, packing', 'bytes']);
    expect(await packed.openAndRun()).toEqual(['bytes']); // it is not tried again
  });

  it('where there is little memory', async () => {
    vi.spyOn(process, 'availableMemory').mockReturnValue(2 ** 20);
    expect(await packed.openAndRun()).toEqual(['bytes']);
  });

  it('by a process that ended while it made them, until a while later', async () => {
    await packed.openAndRun();
    const [key] = await packed.entries();
    await rm(join(packed.folder, key!), { recursive: true });
    const { pid } = spawnSync(process.execPath, ['-e', '0']);
    const left = join(packed.folder, `${key!}.${pid}.x.draft`);
    await mkdir(left);
    expect(await packed.openAndRun()).toEqual(['bytes']);
    const then = new Date(Date.now() - 3 * 3_600_000);
    await files.utimes(left, then, then);
    expect(await packed.openAndRun()).toEqual(PACKED_NOW);
    expect(await packed.entries()).toEqual([key]);
  });

  it('of a model that cannot be packed', async () => {
    packed.create.mockImplementationOnce(() => Promise.reject(new Error('not supported')));
    expect(await packed.openAndRun()).toEqual(['bytes, packing', 'bytes']);
    expect(await packed.entries()).toEqual([]);
  });
});
