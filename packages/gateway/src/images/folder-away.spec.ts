import { mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { contentOf, imageOf, openFolderStore, upload } from '../../test/images/folder-store.js';
import * as files from './folder/keep-file.js';

vi.mock('./folder/keep-file.js', async (original) => ({ ...(await original<typeof files>()) }));

describe('a folder of images that is away', () => {
  let dataDir: string;

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'medzoo-store-'));
    return () => rm(dataDir, { recursive: true });
  });

  it('stores nothing while the folder is away, and has its images again when it is back', async () => {
    const store = await openFolderStore({ dataDir });
    await upload(store, 'a', 3);
    const away = `${dataDir}-away`;
    await rename(dataDir, away);
    const expected = { name: 'StoreUnavailable', reason: 'it is not there any more' };
    await expect(store.newUploadPath()).rejects.toMatchObject(expected);
    await expect(store.read(imageOf('a', 3))).rejects.toMatchObject(expected);
    expect(await store.findFault()).toMatchObject(expected);
    await writeFile(dataDir, '');
    expect(await store.findFault()).toMatchObject({ reason: 'a part of the path is a file' });
    await rm(dataDir);
    await rename(away, dataDir);
    expect(await store.findFault()).toBeUndefined();
    expect(Buffer.from((await store.read(imageOf('a', 3))).bytes)).toEqual(contentOf('a', 3));
    expect(await upload(store, 'b', 3)).toEqual({ isNew: true });
  });

  it.each(['EIO', 'ENOTCONN'])('says so where its disk answers %s to who reads, and keeps the image', async (code) => {
    const store = await openFolderStore({ dataDir });
    await upload(store, 'a', 3);
    const broken = vi.spyOn(files, 'openFile').mockRejectedValue(Object.assign(new Error(code), { code }));
    onTestFinished(() => broken.mockRestore());
    const expected = { name: 'StoreUnavailable', reason: 'its disk does not answer' };
    await expect(store.read(imageOf('a', 3))).rejects.toMatchObject(expected);
    await expect(store.toLocalFile(imageOf('a', 3), { caller: 'me' })).rejects.toMatchObject(expected);
    broken.mockRestore();
    expect(Buffer.from((await store.read(imageOf('a', 3))).bytes)).toEqual(contentOf('a', 3));
  });

  it('says so where the folder goes between the start of an upload and its end', async () => {
    const store = await openFolderStore({ dataDir });
    const path = await store.newUploadPath();
    await rename(dataDir, `${dataDir}-away`);
    await expect(store.add(path, imageOf('a', 3), contentOf('a', 3))).rejects.toMatchObject({
      name: 'StoreUnavailable',
    });
    await rename(`${dataDir}-away`, dataDir);
  });

  it('makes its temporary folder anew where a cleaner has deleted it', async () => {
    const store = await openFolderStore({ dataDir: undefined });
    const image = imageOf('a', 3);
    await rm(dirname(await store.newUploadPath()), { recursive: true });
    expect(await store.add(await store.newUploadPath(), image, contentOf('a', 3))).toEqual({ isNew: true });
    expect(await readFile(store.pathOf(image), 'utf8')).toBe('aaa');
    expect((await stat(dirname(store.pathOf(image)))).mode & 0o777).toBe(0o700);
  });

  it('keeps a temporary folder to itself, and removes it', async () => {
    const store = await openFolderStore({ dataDir: undefined });
    const folder = dirname(await store.newUploadPath());
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    await store.close();
    await expect(stat(folder)).rejects.toThrow('ENOENT');
  });
});
