import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { onTestFinished } from 'vitest';
import { FolderImageStore, type FolderStoreSettings } from '../../src/images/folder-image-store.js';
import type { StoredImage } from '../../src/images/stored-image.js';

const LIMITS = { maxStoredBytes: 1000, maxImages: 100, imageTtlMs: undefined };

/** A store that is closed when the test is over. */
export async function openFolderStore(settings: Pick<FolderStoreSettings, 'dataDir'> & Partial<FolderStoreSettings>) {
  const store = await FolderImageStore.open({ ...LIMITS, ...settings });
  onTestFinished(() => store.close());
  return store;
}

/** Another one for each letter. */
export const contentOf = (letter: string, bytes: number): Buffer => Buffer.alloc(bytes, letter);

export const imageOf = (letter: string, bytes: number): StoredImage => {
  const id = createHash('sha256').update(contentOf(letter, bytes)).digest('hex');
  return { id, width: 5, height: 4, bytes, format: 'png', frames: 1, frame: 0 };
};

export async function upload(
  store: FolderImageStore,
  letter: string,
  bytes: number,
): Promise<{ readonly isNew: boolean }> {
  const path = await store.newUploadPath();
  await writeFile(path, contentOf(letter, bytes));
  return store.add(path, imageOf(letter, bytes));
}
