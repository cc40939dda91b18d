import 'reflect-metadata';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { drawSlice } from '../../../export/test/dicom-files.js';
import { createFolder } from '../../test/create-folder.js';
import type { ImageReader } from '../reading/image-reader.js';
import type { ReaderRequest, ZipLimits } from '../reading/reader-requests.js';
import { SeriesStore } from '../series/series-store.js';
import { DEFAULT_SETTINGS, type GatewaySettings } from '../settings.js';
import { FolderImageStore } from './folder-image-store.js';
import type { MedicalFiles } from './medical-files.js';
import { ZippedImages } from './zipped-images.js';

class HastyZips extends ZippedImages {
  protected override readonly timeoutMs = 500;
}

let asked: ZipLimits | undefined;
let files: readonly Uint8Array[];

beforeEach(() => {
  asked = undefined;
  files = [drawSlice(0), drawSlice(1), drawSlice(2)];
});

/** `add` stands for what reads each file. */
async function create(
  add: (nth: number, signal: AbortSignal) => Promise<void>,
  given: Partial<GatewaySettings> = {},
  Zips: typeof ZippedImages = ZippedImages,
): Promise<ZippedImages> {
  const settings = { ...DEFAULT_SETTINGS, ...given };
  const images = await FolderImageStore.open({ ...settings, dataDir: createFolder() });
  onTestFinished(() => images.close());
  const reader = {
    ask: async ({ folder, limits }: Extract<ReaderRequest, { type: 'unzip' }>) => {
      asked = limits;
      const paths = files.map((_, index) => join(folder, String(index)));
      await Promise.all(paths.map((path, index) => writeFile(path, files[index]!)));
      return { files: paths };
    },
  } as unknown as ImageReader;
  let nth = 0;
  const medical = {
    add: async (path: string, { sha256, bytes }: { sha256: string; bytes: number }, by: { signal: AbortSignal }) => {
      await add(nth++, by.signal);
      const image = { id: sha256, bytes, width: 20, height: 12, format: 'dicom', frames: 1, frame: 0 };
      const description = { series: null, frames: 1, width: 20, height: 12, facts: { spacing: null, geometry: null } };
      return { image, description, ...(await images.add(path, image)) };
    },
  } as unknown as MedicalFiles;
  return new Zips(images, settings, reader, medical, new SeriesStore(images, settings));
}

const waitFor = (signal: AbortSignal) =>
  new Promise<void>((_, reject) => {
    const leave = (): void => reject(signal.reason as Error);
    if (signal.aborted) leave();
    signal.addEventListener('abort', leave);
  });

describe('the images of a ZIP', () => {
  it('are given up after a while, with the number of those that are stored', async () => {
    let stored = 0;
    const add = async (nth: number, signal: AbortSignal): Promise<void> => {
      if (nth > 0) await waitFor(signal);
      stored += 1;
    };
    const zips = await create(add, {}, HastyZips);
    const error: unknown = await zips.add('zip', { caller: 'me' }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'DEADLINE_EXCEEDED', details: { images: stored } });
    expect((error as Error).message).toContain(stored === 1 ? '1 image of it is stored' : 'images of it are stored');
  });

  it('are not read for a caller who has left', async () => {
    const left = new AbortController();
    let read = 0;
    const zips = await create(() => {
      read += 1;
      left.abort();
      return Promise.resolve();
    });
    await expect(zips.add('zip', { caller: 'me', signal: left.signal })).rejects.toMatchObject({ name: 'AbortError' });
    expect(read).toBe(1);
  });

  it('are taken in one ZIP of a caller after the other, and those of another caller beside them', async () => {
    const events: string[] = [];
    const zips = await create(async (nth) => {
      events.push(`${nth} begins`);
      if (nth < 2) await new Promise((resolve) => setTimeout(resolve, 20));
      else await expect.poll(() => events, { timeout: 15_000 }).toContain('3 begins');
      events.push(`${nth} ends`);
    });
    files = [drawSlice(0)];
    await Promise.all([zips.add('zip', { caller: 'me' }), zips.add('zip', { caller: 'me' })]);
    expect(events).toEqual(['0 begins', '0 ends', '1 begins', '1 ends']);
    await Promise.all([zips.add('zip', { caller: 'me' }), zips.add('zip', { caller: 'you' })]);
    expect(events.slice(4, 6)).toEqual(['2 begins', '3 begins']);
  });

  it('are given up at once for a caller who leaves before their turn', async () => {
    let go: () => void = () => undefined;
    const zips = await create(() => new Promise((resolve) => (go = resolve)));
    files = [drawSlice(0)];
    const first = zips.add('zip', { caller: 'me' });
    const left = new AbortController();
    const second = zips.add('zip', { caller: 'me', signal: left.signal });
    await expect.poll(() => asked).toBeDefined();
    left.abort();
    await expect(second).rejects.toBe(left.signal.reason);
    go();
    expect((await first).images).toHaveLength(1);
  });

  it('are taken in also behind a ZIP whose caller has left', async () => {
    const zips = await create(() => Promise.resolve());
    const gone = zips.add('zip', { caller: 'me', signal: AbortSignal.abort() });
    const next = zips.add('zip', { caller: 'me' });
    await expect(gone).rejects.toMatchObject({ name: 'AbortError' });
    expect((await next).images).toHaveLength(3);
  });

  it('are no more than the gateway keeps', async () => {
    const zips = await create(() => Promise.resolve(), { maxImages: 2, maxStoredBytes: 5000 });
    await expect(zips.add('zip', { caller: 'me' })).rejects.toMatchObject({ code: 'IMAGE_TOO_LARGE' });
    expect(asked).toMatchObject({ maxFiles: 2, maxTotalBytes: 5000 });
  });

  it('may be none, which is said in good English', async () => {
    files = [Buffer.from('text')];
    const zips = await create(() => Promise.resolve());
    await expect(zips.add('zip', { caller: 'me' })).rejects.toThrow('1 file is neither DICOM, NIfTI nor MGH');
  });
});
