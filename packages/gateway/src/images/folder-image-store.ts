import { randomUUID } from 'node:crypto';
import { accessSync, existsSync } from 'node:fs';
import { access, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type ImageSource, knownImageSource } from '@medzoo/core';
import { LRUCache } from 'lru-cache';
import type { Asker } from '../caller-turns.js';
import type { GatewaySettings } from '../settings.js';
import { nameFile, prepareFolder, syncPath, writeNewFile } from './folder/keep-file.js';
import type { ImageStore } from './image-store.js';
import { listStored } from './folder/list-stored.js';
import { lockFolder, type Unlock } from './folder/lock-folder.js';
import { imageNotFound, isMissing, type StoreUnavailable, toStoreFault } from './store-fault.js';
import { fileNameOf, SERIES_FORMAT, type StoredImage } from './stored-image.js';
import { createUidKey, readUidKey } from './folder/uid-key.js';
import { FileChecks, hasBytes, isWrongFile, readVerified } from './folder/verified-file.js';
import { WatchedFolder } from './folder/watched-folder.js';

export type FolderStoreSettings = Pick<GatewaySettings, 'dataDir' | 'maxStoredBytes' | 'maxImages' | 'imageTtlMs'>;

/** Files just received, in memory for the query that usually follows: it need not read them again. */
const FRESH_BYTES = 16 * 2 ** 20;

/** What a file takes of most disks is a multiple of this: a million images of 70 bytes take 4 GB. */
const BLOCK_BYTES = 4096;
/** Up to so much disk, blocks are not worth counting: a limit below it is a limit of bytes. */
const UNCOUNTED_DISK_BYTES = 2 ** 20;

const MAX_SWEEP_MS = 60_000;

/**
 * Uploaded images in a folder, named by their content, bounded in bytes, blocks and number: the least recently used are
 * deleted first. Whoever reads one gets the bytes of its digest: a file that somebody changed or deleted is no image
 * any more, until it is uploaded again.
 */
export class FolderImageStore implements ImageStore {
  readonly #images: LRUCache<string, StoredImage>;
  /** Each is given away to its first reader: what stayed for longer would cost more to collect than to read. */
  readonly #fresh = new LRUCache<string, Buffer>({
    maxSize: FRESH_BYTES,
    sizeCalculation: ({ length }) => length,
  });
  /** Renames and deletions happen one after the other, so that a deletion never meets the file of a later upload. */
  #changes: Promise<unknown> = Promise.resolve();
  readonly #checks = new FileChecks();
  #storedBytes = 0;
  #uidKey: Promise<string> | undefined;
  readonly #sweep: NodeJS.Timeout | undefined;
  readonly #folder: WatchedFolder;

  private constructor(
    private readonly dir: string,
    /** Undefined for a temporary folder, which nobody else knows and which nothing survives in. */
    private readonly unlock: Unlock | undefined,
    private readonly settings: FolderStoreSettings,
  ) {
    this.#folder = new WatchedFolder(dir);
    const { maxStoredBytes, imageTtlMs, maxImages } = settings;
    this.#images = new LRUCache<string, StoredImage>({
      max: maxImages,
      maxSize: toBlocks(Math.max(maxStoredBytes, UNCOUNTED_DISK_BYTES)),
      sizeCalculation: ({ bytes }) => toBlocks(Math.max(bytes, 1)),
      updateAgeOnGet: true,
      ...(imageTtlMs !== undefined && { ttl: imageTtlMs }),
      dispose: (image, _id, reason) => this.#forget(image, reason),
    });
    if (imageTtlMs !== undefined) {
      // One timer for all, and a short one: a timer of more than 24 days fires at once.
      const everyMs = Math.max(1, Math.min(imageTtlMs / 2, MAX_SWEEP_MS));
      this.#sweep = setInterval(() => this.#images.purgeStale(), everyMs).unref();
    }
  }

  /**
   * Creates the folder, or takes up the images of an earlier run that are in it; rejects if it cannot be written, or
   * another gateway uses it.
   */
  static async open(settings: FolderStoreSettings): Promise<FolderImageStore> {
    const folder = await prepareFolder(settings.dataDir);
    if (settings.dataDir === undefined) return new FolderImageStore(folder, undefined, settings);
    const unlock = await lockFolder(settings.dataDir);
    const store = new FolderImageStore(settings.dataDir, unlock, settings);
    try {
      for (const image of await listStored(settings.dataDir)) store.#keep(image);
      const key = await readUidKey(settings.dataDir);
      if (key !== undefined) store.#uidKey = Promise.resolve(key);
    } catch (error) {
      await store.close();
      throw error;
    }
    return store;
  }

  get storedBytes(): number {
    return this.#storedBytes;
  }

  get storedImages(): number {
    return this.#images.size;
  }

  /** Of a folder of the operator's, which may be a disk that is not mounted: nothing is made in its place. */
  findFault(): Promise<StoreUnavailable | undefined> {
    return this.unlock ? this.#folder.findFault() : Promise.resolve(undefined);
  }

  /** Where an upload may write: in the same folder, so that `add` is an atomic rename. */
  async newUploadPath(): Promise<string> {
    const fault = await this.findFault();
    if (fault) throw fault;
    // Systems delete temporary folders that were not used for days. To look here takes microseconds, and by way of
    // another thread far longer: a folder of the operator's may, since its files are synced, which takes longest.
    if (!this.unlock && !existsSync(this.dir)) await mkdir(this.dir, { recursive: true, mode: 0o700 });
    return join(this.dir, `${randomUUID()}.upload`);
  }

  pathOf(image: StoredImage): string {
    return join(this.dir, fileNameOf(image));
  }

  find(id: string): StoredImage | undefined {
    const found = this.#images.get(id);
    return found?.format === SERIES_FORMAT ? undefined : found;
  }

  findSeries(id: string): StoredImage | undefined {
    const found = this.#images.get(id);
    return found?.format === SERIES_FORMAT ? found : undefined;
  }

  get(id: string): StoredImage {
    const image = this.find(id);
    if (!image) throw imageNotFound(id);
    return image;
  }

  async read(image: StoredImage, signal?: AbortSignal): Promise<ImageSource> {
    const fresh = this.#fresh.get(image.id);
    this.#fresh.delete(image.id);
    if (fresh) await this.checkIsThere(image); // whoever deletes the file means the image
    const bytes = fresh ?? (await this.#orDrop(image, () => readVerified(this.pathOf(image), image, signal)));
    return knownImageSource(bytes, image.id);
  }

  checkIsThere(image: StoredImage): Promise<void> {
    // The operator's disk may be a slow one, so a thread waits for it; in the system's temporary folder a look takes
    // some 20 µs, less than the way to a thread.
    return this.#orDrop(image, async () => {
      if (this.unlock) await access(this.pathOf(image));
      else accessSync(this.pathOf(image));
    });
  }

  async toLocalFile(image: StoredImage, asker: Asker): Promise<string> {
    const path = this.pathOf(image);
    await this.#orDrop(image, () => this.#checks.check(path, image, asker));
    return path;
  }

  toFault({ id }: StoredImage, error: unknown): unknown {
    const isGone = isMissing(error) || (error instanceof Error && isMissing(error.cause));
    return isGone ? imageNotFound(id) : error;
  }

  async add(uploadPath: string, image: StoredImage, content?: Buffer): Promise<{ readonly isNew: boolean }> {
    try {
      return await this.#add(uploadPath, image, content);
    } catch (error) {
      throw toStoreFault(error);
    }
  }

  uidKey(): Promise<string> {
    this.#uidKey ??= createUidKey(this.dir).catch((error: unknown) => {
      this.#uidKey = undefined;
      throw error;
    });
    return this.#uidKey;
  }

  async close(): Promise<void> {
    clearInterval(this.#sweep);
    await this.#changes;
    if (this.unlock) await this.unlock();
    else await rm(this.dir, { recursive: true, force: true });
  }

  async #add(uploadPath: string, image: StoredImage, content?: Buffer): Promise<{ readonly isNew: boolean }> {
    const isDurable = this.unlock !== undefined;
    if (content && (await this.#has(image, content))) return { isNew: false };
    if (content) await writeNewFile(uploadPath, content, isDurable);
    else if (isDurable) await syncPath(uploadPath);
    return this.#change(async () => {
      const known = this.#images.get(image.id);
      // A new entry: what is found wrong with the file before is not of this one, nor is the size that it had.
      const kept = { ...(known ?? image), bytes: image.bytes };
      await nameFile(uploadPath, this.pathOf(kept), isDurable);
      this.#keep(kept);
      if (content) this.#fresh.set(image.id, content);
      return { isNew: !known };
    });
  }

  #keep(image: StoredImage): void {
    this.#images.set(image.id, image);
    this.#storedBytes += image.bytes;
    while (this.#storedBytes > this.settings.maxStoredBytes && this.#images.size > 0) this.#images.pop();
  }

  #forget(image: StoredImage, reason: LRUCache.DisposeReason): void {
    this.#storedBytes -= image.bytes;
    if (reason === 'set') return; // the file is the new entry's
    this.#fresh.delete(image.id);
    void this.#change(async () => {
      if (!this.#images.peek(image.id)) await rm(this.pathOf(image), { force: true, recursive: true });
    });
  }

  /**
   * Whether these very bytes are stored: a small file is read to see that, since writing and syncing it takes longer.
   */
  async #has({ id }: StoredImage, content: Buffer): Promise<boolean> {
    const known = this.#images.get(id);
    return known !== undefined && hasBytes(this.pathOf(known), content);
  }

  /** An entry whose file is missing or wrong is dropped, unless it has been uploaded again since. */
  async #orDrop<T>(image: StoredImage, read: () => Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (error) {
      if (!isMissing(error) && !isWrongFile(error)) throw toStoreFault(error);
      const fault = await this.findFault(); // the images may come back with their folder
      if (fault) throw fault;
      if (this.#images.peek(image.id) === image) this.#images.delete(image.id);
      throw imageNotFound(image.id);
    }
  }

  #change<T>(change: () => Promise<T>): Promise<T> {
    const result = this.#changes.then(change);
    this.#changes = result.catch(() => undefined);
    return result;
  }
}

function toBlocks(bytes: number): number {
  return Math.ceil(bytes / BLOCK_BYTES) * BLOCK_BYTES;
}
