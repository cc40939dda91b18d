import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { ImageStore, type ImageStoreSettings } from './image-store.js';
import type { StoredImage } from './stored-image.js';

let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'medzoo-store-'));
  return () => rm(dataDir, { recursive: true });
});

async function openStore(settings: Partial<ImageStoreSettings> = {}): Promise<ImageStore> {
  const store = await ImageStore.open({ dataDir, maxStoredBytes: 1000, imageTtlMs: undefined, ...settings });
  onTestFinished(() => store.close());
  return store;
}

const imageOf = (digit: string, bytes: number): StoredImage => {
  return { id: digit.repeat(64), width: 5, height: 4, bytes, format: 'png', frames: 1, frame: 0 };
};

async function upload(store: ImageStore, image: StoredImage): Promise<{ readonly isNew: boolean }> {
  const path = store.newUploadPath();
  await writeFile(path, Buffer.alloc(image.bytes));
  return store.add(path, image);
}

describe('ImageStore', () => {
  it('keeps one file of the same bytes, whoever comes first', async () => {
    const store = await openStore();
    const image = imageOf('a', 10);
    const results = await Promise.all([upload(store, image), upload(store, image), upload(store, image)]);
    expect(results.map(({ isNew }) => isNew).sort()).toEqual([false, false, true]);
    expect(await readdir(dataDir)).toEqual([`${image.id}-5x4.png`]);
    expect((await store.read(image)).length).toBe(10);
  });

  it('never holds more bytes than it may, on disk either', async () => {
    const store = await openStore();
    await Promise.all(['a', 'b', 'c', 'd', 'e'].map((digit) => upload(store, imageOf(digit, 400))));
    expect(store.storedBytes).toBe(800);
    await store.close();
    expect(await readdir(dataDir)).toHaveLength(2);
  });

  it('takes an image that was deleted again', async () => {
    const store = await openStore();
    const [a, b] = [imageOf('a', 600), imageOf('b', 600)];
    for (const image of [a, b, a, b, a]) expect(await upload(store, image)).toEqual({ isNew: true });
    await store.close();
    expect(await readdir(dataDir)).toEqual([`${a.id}-5x4.png`]);
    await expect(store.read(b)).rejects.toMatchObject({ code: 'IMAGE_NOT_FOUND' });
  });

  it('writes what was received in memory to its file', async () => {
    const store = await openStore();
    const image = imageOf('a', 3);
    const content = Buffer.from('abc');
    expect(await store.add(store.newUploadPath(), image, content)).toEqual({ isNew: true });
    expect(await store.read(image)).toEqual(content);
    expect(await readFile(store.pathOf(image), 'utf8')).toBe('abc');
    expect(await readdir(dataDir)).toEqual([`${image.id}-5x4.png`]);
  });

  it('gives its first reader what was received in memory, and the next ones the file', async () => {
    const store = await openStore();
    const image = imageOf('a', 3);
    await store.add(store.newUploadPath(), image, Buffer.from('abc'));
    await writeFile(store.pathOf(image), 'xyz');
    expect(Buffer.from(await store.read(image)).toString()).toBe('abc');
    expect(Buffer.from(await store.read(image)).toString()).toBe('xyz');
  });

  it('has no image whose file somebody deleted, in memory either', async () => {
    const store = await openStore();
    const image = imageOf('a', 3);
    await store.add(store.newUploadPath(), image, Buffer.from('abc'));
    await rm(store.pathOf(image));
    await expect(store.read(image)).rejects.toMatchObject({ code: 'IMAGE_NOT_FOUND' });
  });

  it('deletes what nobody asked for in time', async () => {
    const store = await openStore({ imageTtlMs: 50 });
    await upload(store, imageOf('a', 10));
    expect(store.find('a'.repeat(64))).toBeDefined();
    await expect.poll(() => readdir(dataDir)).toEqual([]);
    expect(() => store.get('a'.repeat(64))).toThrow('Upload it with POST /images');
  });

  it('clears what an earlier run left half done, and leaves strange files alone', async () => {
    await writeFile(join(dataDir, 'x.upload'), 'half');
    await writeFile(join(dataDir, 'notes.txt'), 'mine');
    const store = await openStore();
    expect(store.storedBytes).toBe(0);
    expect(await readdir(dataDir)).toEqual(['notes.txt']);
  });

  it('keeps a temporary folder to itself, and removes it', async () => {
    const store = await openStore({ dataDir: undefined });
    const folder = dirname(store.newUploadPath());
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    await store.close();
    await expect(stat(folder)).rejects.toThrow('ENOENT');
  });
});
