import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { contentOf, imageOf, openFolderStore, upload } from '../../test/images/folder-store.js';
import type { FolderImageStore, FolderStoreSettings } from './folder-image-store.js';
import type { StoredImage } from './stored-image.js';

let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'medzoo-store-'));
  return () => rm(dataDir, { recursive: true });
});

const openStore = (settings: Partial<FolderStoreSettings> = {}) => openFolderStore({ dataDir, ...settings });

async function replace(path: string, make: () => unknown): Promise<void> {
  await rm(path, { recursive: true, force: true });
  await make();
}

/** Whoever opens a pipe waits for its writer, and a device is read without end. */
const SPECIAL_FILES: readonly (readonly [string, (path: string) => Promise<unknown>])[] = [
  ['replaced by a pipe', (path) => replace(path, () => execFileSync('mkfifo', [path]))],
  ['replaced by a link to a device', (path) => replace(path, () => symlink('/dev/zero', path))],
  ['replaced by a link to nothing', (path) => replace(path, () => symlink('/nowhere', path))],
];

describe('FolderImageStore', () => {
  it('makes its folder with what is missing above it, for nobody else', async () => {
    const deep = join(dataDir, 'not', 'there');
    await openStore({ dataDir: deep });
    expect((await stat(deep)).mode & 0o777).toBe(0o700);
  });

  it('keeps one file of the same bytes, whoever comes first', async () => {
    const store = await openStore();
    const image = imageOf('a', 10);
    const results = await Promise.all([1, 2, 3].map(() => upload(store, 'a', 10)));
    expect(results.map(({ isNew }) => isNew).sort()).toEqual([false, false, true]);
    expect(await readdir(dataDir)).toEqual([`${image.id}-5x4.png`]);
    expect((await store.read(image)).bytes.length).toBe(10);
  });

  it('never holds more bytes than it may, on disk either', async () => {
    const store = await openStore();
    await Promise.all(['a', 'b', 'c', 'd', 'e'].map((letter) => upload(store, letter, 400)));
    expect(store.storedBytes).toBe(800);
    await store.close();
    expect(await readdir(dataDir)).toHaveLength(2);
  });

  it('takes an image that was deleted again', async () => {
    const store = await openStore();
    const [a, b] = [imageOf('a', 600), imageOf('b', 600)];
    for (const letter of ['a', 'b', 'a', 'b', 'a']) expect(await upload(store, letter, 600)).toEqual({ isNew: true });
    await store.close();
    expect(await readdir(dataDir)).toEqual([`${a.id}-5x4.png`]);
    await expect(store.read(b)).rejects.toMatchObject({ code: 'IMAGE_NOT_FOUND' });
  });

  it('writes what was received in memory to its file', async () => {
    const store = await openStore();
    const image = imageOf('a', 3);
    const content = contentOf('a', 3);
    expect(await store.add(await store.newUploadPath(), image, content)).toEqual({ isNew: true });
    expect((await store.read(image)).bytes).toEqual(content);
    expect(await readFile(store.pathOf(image), 'utf8')).toBe('aaa');
    expect(await readdir(dataDir)).toEqual([`${image.id}-5x4.png`]);
  });

  it('gives its first reader what was received in memory, and the next ones the file, which must be the same', async () => {
    const store = await openStore();
    const image = imageOf('a', 3);
    await store.add(await store.newUploadPath(), image, contentOf('a', 3));
    await writeFile(store.pathOf(image), 'xyz');
    expect(Buffer.from((await store.read(image)).bytes).toString()).toBe('aaa');
    await expect(store.read(image)).rejects.toMatchObject({ code: 'IMAGE_NOT_FOUND' });
  });

  it('has no image whose file somebody deleted, in memory either', async () => {
    const store = await openStore();
    const image = imageOf('a', 3);
    await store.add(await store.newUploadPath(), image, contentOf('a', 3));
    await rm(store.pathOf(image));
    await expect(store.read(image)).rejects.toMatchObject({ code: 'IMAGE_NOT_FOUND' });
  });

  const harms: readonly (readonly [string, (path: string) => Promise<unknown>])[] = [
    ['deleted', (path) => rm(path)],
    ['cut off', (path) => truncate(path, 2)],
    ['replaced by another of its length', (path) => writeFile(path, contentOf('b', 10))],
    ['replaced by a longer one', (path) => writeFile(path, contentOf('a', 11))],
    ['replaced by a folder', (path) => replace(path, () => mkdir(join(path, 'more'), { recursive: true }))],
    ...(process.platform === 'win32' ? [] : SPECIAL_FILES),
  ];
  const readers = {
    read: (store: FolderImageStore, image: StoredImage) => store.read(image),
    toLocalFile: (store: FolderImageStore, image: StoredImage) => store.toLocalFile(image, { caller: 'me' }),
  };
  it.each(
    harms.flatMap(([what, harm]) =>
      Object.entries(readers).map(([reader, read]) => [what, reader, harm, read] as const),
    ),
  )('drops an image whose file was %s when it is to %s it, and takes it again', async (_what, _reader, harm, read) => {
    const store = await openStore();
    const image = imageOf('a', 10);
    await upload(store, 'a', 10);
    await harm(store.pathOf(image));
    await expect(read(store, store.get(image.id))).rejects.toMatchObject({ code: 'IMAGE_NOT_FOUND' });
    expect(store.find(image.id)).toBeUndefined();
    expect(store.storedBytes).toBe(0);
    expect(await upload(store, 'a', 10)).toEqual({ isNew: true });
    expect(Buffer.from((await store.read(image)).bytes)).toEqual(contentOf('a', 10));
  });

  it.each(harms)(
    'heals a file that was %s when it is uploaded again before anybody has read it',
    async (_what, harm) => {
      const store = await openStore();
      const image = imageOf('a', 10);
      await upload(store, 'a', 10);
      for (const content of [undefined, contentOf('a', 10)]) {
        await harm(store.pathOf(image));
        if (content) await store.add(await store.newUploadPath(), image, content);
        else await upload(store, 'a', 10);
        expect(await readFile(store.pathOf(image))).toEqual(contentOf('a', 10));
        expect(Buffer.from((await store.read(store.get(image.id))).bytes)).toEqual(contentOf('a', 10));
        expect(store.storedBytes).toBe(10);
      }
    },
  );

  it('heals a file that was cut off before the start when it is uploaded again', async () => {
    const image = imageOf('a', 10);
    const before = await openStore();
    await upload(before, 'a', 10);
    await truncate(before.pathOf(image), 4);
    await before.close();
    const store = await openStore();
    await upload(store, 'a', 10);
    expect(store.get(image.id)).toMatchObject({ bytes: 10 });
    expect(store.storedBytes).toBe(10);
    expect(Buffer.from((await store.read(store.get(image.id))).bytes)).toEqual(contentOf('a', 10));
  });

  it('does not drop what was uploaded again while a wrong file was read', async () => {
    const store = await openStore();
    const image = imageOf('a', 10);
    await upload(store, 'a', 10);
    const before = store.get(image.id);
    await rm(store.pathOf(image));
    const reading = store.read(before).catch(() => undefined);
    await Promise.all([reading, upload(store, 'a', 10)]);
    if (!store.find(image.id)) await upload(store, 'a', 10); // dropped first, then uploaded
    await store.close();
    expect(await readdir(dataDir)).toEqual([`${image.id}-5x4.png`]);
  });

  it('holds so many images and no more, however small they are', async () => {
    const store = await openStore({ maxImages: 3 });
    for (const letter of ['a', 'b', 'c', 'd', 'e']) await upload(store, letter, 10);
    expect(store.storedImages).toBe(3);
    expect(store.storedBytes).toBe(30);
    await store.close();
    expect(await readdir(dataDir)).toHaveLength(3);
  });

  it('counts the blocks of the disk that a small file takes', async () => {
    const [blocks, bytes] = [4096, 2 ** 20];
    const store = await openStore({ dataDir: undefined, maxStoredBytes: bytes, maxImages: 1e6 });
    const count = bytes / blocks + 10;
    for (let number = 0; number < count; number += 1) {
      const content = Buffer.from(`image ${number}`);
      const id = createHash('sha256').update(content).digest('hex');
      await store.add(await store.newUploadPath(), { ...imageOf('a', 1), id, bytes: content.length }, content);
    }
    expect(store.storedImages).toBe(bytes / blocks);
  });

  it('shares its folder with no other gateway', async () => {
    const store = await openStore();
    await expect(openStore()).rejects.toThrow(`Another gateway uses the folder ${dataDir}`);
    await store.close();
    expect((await openStore()).storedImages).toBe(0);
  });

  it('deletes what nobody asked for in time', async () => {
    const store = await openStore({ imageTtlMs: 50 });
    await upload(store, 'a', 10);
    const { id } = imageOf('a', 10);
    expect(store.find(id)).toBeDefined();
    await expect.poll(() => readdir(dataDir)).toEqual([]);
    expect(() => store.get(id)).toThrow('Upload it with POST /images');
  });

  it('keeps an image for a month without spinning', async () => {
    const store = await openStore({ imageTtlMs: 30 * 24 * 3600 * 1000 });
    await upload(store, 'a', 10);
    const before = process.cpuUsage();
    await new Promise((resolve) => setTimeout(resolve, 200));
    const { user, system } = process.cpuUsage(before);
    expect(user + system).toBeLessThan(100_000); // a timer that fires at once takes all of the 200 ms
    expect(store.storedImages).toBe(1);
  });

  it('clears what an earlier run left half done, and leaves strange files alone', async () => {
    await writeFile(join(dataDir, 'x.upload'), 'half');
    await writeFile(join(dataDir, 'notes.txt'), 'mine');
    const store = await openStore();
    expect(store.storedBytes).toBe(0);
    expect(await readdir(dataDir)).toEqual(['notes.txt']);
  });

  it('takes up files and nothing else that has the name of one', async () => {
    const [folder, link] = [imageOf('a', 10), imageOf('b', 10)];
    await mkdir(join(dataDir, `${folder.id}-5x4.png`));
    await symlink('/nowhere', join(dataDir, `${link.id}-5x4.png`));
    const store = await openStore();
    expect(store.storedImages).toBe(0);
    for (const letter of ['a', 'b']) expect(await upload(store, letter, 10)).toEqual({ isNew: true });
    expect(Buffer.from((await store.read(folder)).bytes)).toEqual(contentOf('a', 10));
  });
});
