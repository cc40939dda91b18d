import 'reflect-metadata';
import { DECODE_LIMITS, type Zoo } from '@medzoo/core';
import { LRUCache } from 'lru-cache';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createFolder } from '../../test/create-folder.js';
import { FolderImageStore } from '../images/folder-image-store.js';
import { DEFAULT_SETTINGS } from '../settings.js';
import { ImageReader } from './image-reader.js';
import { SharedReads } from './shared-reads.js';
import { StoredReadings } from './stored-readings.js';

describe('StoredReadings', () => {
  it('says of a file that was deleted meanwhile that the image is not there any more', async () => {
    const images = await FolderImageStore.open({ ...DEFAULT_SETTINGS, dataDir: createFolder() });
    const reader = new ImageReader();
    onTestFinished(async () => {
      reader.close();
      await images.close();
    });
    const image = { id: 'a'.repeat(64), bytes: 1, width: 20, height: 12, format: 'dicom', frames: 1, frame: 0 };
    images.toLocalFile = () => Promise.resolve(images.pathOf(image)); // as if it were deleted after it was checked
    const readings = new StoredReadings(images, { limits: DECODE_LIMITS } as unknown as Zoo, reader);
    await expect(readings.describe(image, 0, { caller: 'me' })).rejects.toMatchObject({ code: 'IMAGE_NOT_FOUND' });
  });
});

describe('SharedReads', () => {
  it('reads the same once, as long as somebody waits for it, and keeps it', async () => {
    const reads = new SharedReads<{ readonly value: number }>(new LRUCache({ max: 10 }));
    let count = 0;
    let aborted = false;
    let finish: () => void = () => undefined;
    const read = ({ signal }: { readonly signal?: AbortSignal | undefined }) => {
      count += 1;
      signal?.addEventListener('abort', () => (aborted = true));
      return new Promise<{ value: number }>((resolve) => (finish = () => resolve({ value: 7 })));
    };
    const left = new AbortController();
    const first = reads.get('a', { caller: 'me', signal: left.signal }, read);
    const second = reads.get('a', { caller: 'me' }, read);
    left.abort();
    await expect(first).rejects.toMatchObject({ name: 'AbortError' });
    expect([count, aborted]).toEqual([1, false]);
    finish();
    expect(await second).toEqual({ value: 7 });
    expect(await reads.get('a', { caller: 'you' }, read)).toEqual({ value: 7 });
    expect(count).toBe(1);

    const alone = reads.get('b', { caller: 'me', signal: AbortSignal.timeout(1) }, read);
    await expect(alone).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(aborted).toBe(true);
  });
});
