import { createHash } from 'node:crypto';
import * as files from 'node:fs/promises';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { sendFile, startServer } from '../../../../test/file-server.js';
import { fetchWeights } from '../fetch/fetch-weights.js';

// So that one can be spied on.
vi.mock('node:fs/promises', async (original) => ({ ...(await original<typeof files>()) }));

const BYTES = Uint8Array.from({ length: 300_000 }, (_, index) => (index * 7) % 251);
const SHA256 = createHash('sha256').update(BYTES).digest('hex');
const OTHER = 'e'.repeat(64);
let cacheFolder: string;

beforeEach(async () => {
  cacheFolder = await mkdtemp(join(tmpdir(), 'medzoo-cache-'));
  await mkdir(join(cacheFolder, 'weights'));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(cacheFolder, { recursive: true });
});

const kept = async () => (await readdir(join(cacheFolder, 'weights'))).sort();

async function serve() {
  const server = await startServer(sendFile(BYTES));
  onTestFinished(server.close);
  return { asked: server.asked, file: { url: `${server.url}/model.onnx`, sha256: SHA256, bytes: BYTES.length } };
}

/** What an earlier download of another model left behind. */
async function leave(name: string, ageMs: number): Promise<void> {
  const path = join(cacheFolder, 'weights', name);
  await writeFile(path, BYTES);
  const then = new Date(Date.now() - ageMs);
  await utimes(path, then, then);
}

/** As long as `isFull` says so, the disk has room for nothing. */
async function fillDisk(isFull: () => Promise<boolean>): Promise<void> {
  const { statfs } = await vi.importActual<typeof files>('node:fs/promises');
  const fake = async (path: string) => {
    const disk = await statfs(path);
    return Object.assign(disk, { bavail: (await isFull()) ? 0 : 1e6, bsize: 4096 });
  };
  vi.spyOn(files, 'statfs').mockImplementation(fake as typeof statfs);
}

it('is told of before it is full, as what passes, and nothing is fetched', async () => {
  const { file, asked } = await serve();
  await fillDisk(() => Promise.resolve(true));
  await leave(`${OTHER}.part`, 1000); // somebody may be at it
  await expect(fetchWeights(file, { cacheFolder })).rejects.toMatchObject({
    code: 'WEIGHTS_UNAVAILABLE',
    retryable: true,
    message: expect.stringMatching(/ENOSPC: 0\.3 MB are still to be fetched, .* 0\.0 MB free.*make room/) as string,
  });
  expect(asked).toHaveLength(0);
  expect(await kept()).toEqual([`${OTHER}.part`]);
});

it('gets room by what earlier downloads left behind, and by nothing else', async () => {
  const { file } = await serve();
  await leave(`${OTHER}.part`, 3_600_000);
  await leave(`${OTHER}.part.validator`, 3_600_000);
  await leave(OTHER, 3_600_000);
  await fillDisk(async () => (await kept()).includes(`${OTHER}.part`));
  await fetchWeights(file, { cacheFolder });
  expect(await kept()).toEqual([SHA256, OTHER].sort());
});

it('that fills up in the middle of a file is no fault of another kind, and what came is gone on from', async () => {
  const { file, asked } = await serve();
  const { open } = await vi.importActual<typeof files>('node:fs/promises');
  let written = 0;
  const spy = vi.spyOn(files, 'open').mockImplementation(async (...args) => {
    const handle = await open(...args);
    const write = handle.write.bind(handle) as (...given: unknown[]) => Promise<unknown>;
    handle.write = (async (...given: unknown[]) => {
      written += 1;
      if (written > 1) throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
      return write(...given);
    }) as typeof handle.write;
    return handle;
  });
  await expect(fetchWeights(file, { cacheFolder })).rejects.toMatchObject({ code: 'WEIGHTS_UNAVAILABLE' });
  expect(asked).toHaveLength(1);
  expect(await kept()).toContain(`${SHA256}.part`);
  spy.mockRestore();
  await fetchWeights(file, { cacheFolder });
  expect(await kept()).toEqual([SHA256]);
});
