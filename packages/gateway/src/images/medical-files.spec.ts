import 'reflect-metadata';
import { writeFile } from 'node:fs/promises';
import { DECODE_LIMITS, type Zoo } from '@medzoo/core';
import { expect, it, onTestFinished } from 'vitest';
import { drawSlice } from '../../../export/test/dicom-files.js';
import { createFolder } from '../../test/create-folder.js';
import { ImageReader } from '../reading/image-reader.js';
import type { ReaderRequest } from '../reading/reader-requests.js';
import { DEFAULT_SETTINGS } from '../settings.js';
import { FolderImageStore } from './folder-image-store.js';
import { MedicalFiles } from './medical-files.js';

const zoo = { limits: DECODE_LIMITS } as unknown as Zoo;

/** Adds a file, and says as what it was stored, and what the reader was asked for it. */
async function add(keepIdentity: boolean, dataDir = createFolder(), file: Uint8Array = drawSlice()) {
  const asked: string[] = [];
  class WatchedReader extends ImageReader {
    override ask: ImageReader['ask'] = (request, asker) => {
      asked.push((request as ReaderRequest).type);
      return super.ask(request, asker);
    };
  }
  const settings = { ...DEFAULT_SETTINGS, dataDir, keepIdentity };
  const images = await FolderImageStore.open(settings);
  const reader = new WatchedReader();
  try {
    const path = await images.newUploadPath();
    await writeFile(path, file);
    const medical = new MedicalFiles(images, settings, zoo, reader);
    const added = await medical.add(path, { sha256: 'a'.repeat(64), bytes: file.length }, { caller: 'me' });
    return { ...added, asked };
  } finally {
    reader.close();
    await images.close();
  }
}

it('a file that is stored as it came is read once', async () => {
  const { asked, image } = await add(true);
  expect(asked).toEqual(['describe']);
  expect(image).toMatchObject({ id: 'a'.repeat(64), width: 20, height: 12 });
});

it('a series that goes on after a restart stays one, and an equal file becomes an equal one', async () => {
  const dataDir = createFolder();
  const first = await add(false, dataDir, drawSlice(0));
  expect(first.asked).toEqual(['describe', 'deidentify', 'describe']);
  const again = await add(false, dataDir, drawSlice(0));
  expect([again.image.id, again.isNew]).toEqual([first.image.id, false]);
  const next = await add(false, dataDir, drawSlice(1));
  expect(next.description.series).toBe(first.description.series);
  expect((await add(false, undefined, drawSlice(0))).image.id).not.toBe(first.image.id);
});

it('a damaged key is told at the start', async () => {
  const dataDir = createFolder();
  await writeFile(`${dataDir}/uid.key`, 'half');
  const settings = { ...DEFAULT_SETTINGS, dataDir };
  await expect(FolderImageStore.open(settings)).rejects.toThrow('uid.key is damaged');
  await writeFile(`${dataDir}/uid.key`, 'b'.repeat(64));
  const store = await FolderImageStore.open(settings); // the folder is not locked any more
  onTestFinished(() => store.close());
  expect(await store.uidKey()).toBe('b'.repeat(64));
});
