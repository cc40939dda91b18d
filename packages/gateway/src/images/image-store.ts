import { randomUUID } from 'node:crypto';
import { access, mkdir, mkdtemp, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ZooError } from '@medzoo/core';
import { LRUCache } from 'lru-cache';
import type { GatewaySettings } from '../settings.js';
import { fileNameOf, parseFileName, type StoredImage } from './stored-image.js';

export type ImageStoreSettings = Pick<GatewaySettings, 'dataDir' | 'maxStoredBytes' | 'imageTtlMs'>;

/** Files just received, in memory for the query that usually follows: it need not read them again. */
const FRESH_BYTES = 16 * 2 ** 20;

/** Uploaded images on disk, named by their content, bounded in bytes: the least recently used are deleted first. */
export class ImageStore {
  readonly #images: LRUCache<string, StoredImage>;
  /** Each is given away to its first reader: what stayed for longer would cost more to collect than to read. */
  readonly #fresh = new LRUCache<string, Buffer>({
    maxSize: FRESH_BYTES,
    sizeCalculation: ({ length }) => length,
  });
  /** Renames and deletions happen one after the other, so that a deletion never meets the file of a later upload. */
  #changes: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly dir: string,
    private readonly isTemporary: boolean,
    { maxStoredBytes, imageTtlMs }: ImageStoreSettings,
  ) {
    this.#images = new LRUCache<string, StoredImage>({
      maxSize: maxStoredBytes,
      sizeCalculation: ({ bytes }) => bytes,
      updateAgeOnGet: true,
      ...(imageTtlMs !== undefined && { ttl: imageTtlMs, ttlAutopurge: true }),
      dispose: (image) => {
        this.#fresh.delete(image.id);
        void this.#change(() => rm(this.pathOf(image), { force: true }));
      },
    });
  }

  /** Creates the folder, or takes up the images of an earlier run that are in it. */
  static async open(settings: ImageStoreSettings): Promise<ImageStore> {
    const dir = settings.dataDir ?? (await mkdtemp(join(tmpdir(), 'medzoo-images-')));
    await mkdir(dir, { recursive: true, mode: 0o700 });
    const store = new ImageStore(dir, settings.dataDir === undefined, settings);
    await store.#takeUp();
    return store;
  }

  get storedBytes(): number {
    return this.#images.calculatedSize;
  }

  /** Where an upload may write: in the same folder, so that `add` is an atomic rename. */
  newUploadPath(): string {
    return join(this.dir, `${randomUUID()}.upload`);
  }

  pathOf(image: StoredImage): string {
    return join(this.dir, fileNameOf(image));
  }

  find(id: string): StoredImage | undefined {
    return this.#images.get(id);
  }

  /** Throws IMAGE_NOT_FOUND. */
  get(id: string): StoredImage {
    const image = this.find(id);
    if (!image) throw imageNotFound(id);
    return image;
  }

  /** The file's bytes; rejects with IMAGE_NOT_FOUND if it was deleted since `image` was looked up. */
  async read(image: StoredImage, signal?: AbortSignal): Promise<Uint8Array> {
    const fresh = this.#fresh.get(image.id);
    this.#fresh.delete(image.id);
    try {
      if (fresh) {
        await access(this.pathOf(image)); // whoever deletes the file means the image
        return fresh;
      }
      return await readFile(this.pathOf(image), { signal });
    } catch (error) {
      throw this.toFault(image, error);
    }
  }

  /** What it means that an image's file could not be read: IMAGE_NOT_FOUND if it was deleted since the image was looked up. */
  toFault({ id }: StoredImage, error: unknown): unknown {
    return error instanceof Error && 'code' in error && error.code === 'ENOENT' ? imageNotFound(id) : error;
  }

  /** Takes over the finished file at `uploadPath`, or `content` by way of it; `isNew` is false if the same bytes were there already. */
  async add(uploadPath: string, image: StoredImage, content?: Buffer): Promise<{ readonly isNew: boolean }> {
    if (content && !this.find(image.id)) await writeFile(uploadPath, content, { flag: 'wx', mode: 0o600 });
    return this.#change(async () => {
      if (this.find(image.id)) {
        await rm(uploadPath, { force: true });
        return { isNew: false };
      }
      await rename(uploadPath, this.pathOf(image));
      this.#images.set(image.id, image);
      if (content) this.#fresh.set(image.id, content);
      return { isNew: true };
    });
  }

  async close(): Promise<void> {
    await this.#changes;
    if (this.isTemporary) await rm(this.dir, { recursive: true, force: true });
  }

  #change<T>(change: () => Promise<T>): Promise<T> {
    const result = this.#changes.then(change);
    this.#changes = result.catch(() => undefined);
    return result;
  }

  /** Oldest upload first, so that it is the first to go; uploads that were cut off are removed. */
  async #takeUp(): Promise<void> {
    const names = await readdir(this.dir);
    const cutOff = names.filter((name) => name.endsWith('.upload'));
    await Promise.all(cutOff.map((name) => rm(join(this.dir, name), { force: true })));
    const found = await Promise.all(
      names.map(async (name) => {
        const parsed = parseFileName(name);
        if (!parsed) return [];
        const { size, mtimeMs } = await stat(join(this.dir, name));
        return [{ image: { ...parsed, bytes: size }, mtimeMs }];
      }),
    );
    for (const { image } of found.flat().sort((a, b) => a.mtimeMs - b.mtimeMs)) this.#images.set(image.id, image);
  }
}

function imageNotFound(id: string): ZooError {
  return new ZooError(
    'IMAGE_NOT_FOUND',
    `There is no image "${id.slice(0, 64)}" (any more). Upload it with POST /images and use the id of the answer.`,
  );
}
