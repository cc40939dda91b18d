import { chmod, lstat, lutimes, mkdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { sendFile } from '../../../../test/file-server.js';
import {
  BYTES,
  createCacheFolder,
  isWhole,
  keptIn,
  OTHER,
  serveWeights,
  SHA256,
} from '../../../../test/serve-weights.js';
import type { WeightsProgress } from '../../../contract/index.js';
import { loadWeights } from '../../load-weights.js';
import { sizeOf } from './cache-files.js';
import { fetchWeights, pathInCache } from '../fetch/fetch-weights.js';

let cacheFolder: string;
beforeEach(async () => void (cacheFolder = await createCacheFolder()));

/** Root may do everything, and containers run tests as root. */
async function asAnotherUser(work: () => Promise<void>): Promise<void> {
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid!(65534);
  await work().finally(() => isRoot && process.seteuid!(0));
}

describe('the cache folder of weights', () => {
  it('has the file for both of two that fetched it, of which one was taken to be gone', async () => {
    let goOn = (): void => undefined;
    const { file, asked } = await serveWeights((request, response) => {
      if (asked.length > 1) {
        sendFile(BYTES)(request, response);
        return;
      }
      response.writeHead(200, { etag: '"one"', 'content-length': BYTES.length });
      response.write(BYTES.subarray(0, 100_000));
      goOn = () => void response.end(BYTES.subarray(100_000));
    });
    const path = pathInCache(cacheFolder, SHA256);
    const slow = fetchWeights(file, { cacheFolder });
    const gathered = () => sizeOf(`${path}.part`);
    await expect.poll(gathered, { timeout: 20_000 }).toBe(100_000);
    await rm(`${path}.lock`);
    const fast = await fetchWeights(file, { cacheFolder });
    goOn();
    expect([fast, await slow]).toEqual([path, path]);
    expect(isWhole(await loadWeights(file, undefined, { cacheFolder }))).toBe(true);
    expect(await keptIn(cacheFolder)).toEqual([SHA256]);
  });

  it.each(['part', 'part.validator', 'lock', ''])('does not follow a link at its .%s', async (suffix) => {
    const { file } = await serveWeights(sendFile(BYTES, '"one"'));
    const path = pathInCache(cacheFolder, SHA256);
    const victim = join(cacheFolder, 'victim');
    await mkdir(dirname(path), { recursive: true });
    await writeFile(victim, 'precious');
    const past = new Date(Date.now() - 60_000);
    const link = suffix === '' ? path : `${path}.${suffix}`;
    await symlink(victim, link);
    await lutimes(link, past, past);
    await utimes(victim, past, past);
    expect(isWhole(await loadWeights(file, undefined, { cacheFolder }))).toBe(true);
    expect(await readFile(victim, 'utf8')).toBe('precious');
    expect((await stat(victim)).mtimeMs).toBeCloseTo(past.getTime(), -3);
    expect(await keptIn(cacheFolder)).toEqual([SHA256]);
    expect((await lstat(path)).isFile()).toBe(true);
  });

  it.each(['part', 'part.validator', ''])('is not held up by a folder at its .%s', async (suffix) => {
    const { file } = await serveWeights(sendFile(BYTES, '"one"'));
    const path = pathInCache(cacheFolder, SHA256);
    await mkdir(join(suffix === '' ? path : `${path}.${suffix}`, 'more'), { recursive: true });
    expect(isWhole(await loadWeights(file, undefined, { cacheFolder }))).toBe(true);
    expect(await keptIn(cacheFolder)).toEqual([SHA256]);
  });

  it('does not take the bytes of a link in the place of the file, though they are right', async () => {
    const { file, asked } = await serveWeights(sendFile(BYTES));
    const path = pathInCache(cacheFolder, SHA256);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(join(cacheFolder, 'elsewhere'), BYTES);
    await symlink(join(cacheFolder, 'elsewhere'), path);
    await expect(fetchWeights(file, { cacheFolder, offline: true })).rejects.toThrow('A link is not followed');
    expect(isWhole(await loadWeights(file, undefined, { cacheFolder }))).toBe(true);
    expect(asked).toHaveLength(1);
  });

  it('fetches nothing offline, says where the file belongs, and takes it from there', async () => {
    const { file, asked } = await serveWeights(sendFile(BYTES));
    const path = pathInCache(cacheFolder, SHA256);
    const failing = fetchWeights(file, { cacheFolder, offline: true });
    await expect(failing).rejects.toMatchObject({ code: 'WEIGHTS_UNAVAILABLE' });
    await expect(failing).rejects.toThrow(path);
    vi.stubEnv('MEDZOO_OFFLINE', '1');
    await expect(fetchWeights(file, { cacheFolder })).rejects.toThrow('MEDZOO_OFFLINE');
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, BYTES);
    expect(isWhole(await loadWeights(file, undefined, { cacheFolder }))).toBe(true);
    expect(asked).toHaveLength(0);
  });

  it('fetches a file again that was damaged in the cache folder', async () => {
    const { file, asked } = await serveWeights(sendFile(BYTES));
    const path = pathInCache(cacheFolder, SHA256);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, OTHER);
    expect(isWhole(await loadWeights(file, undefined, { cacheFolder }))).toBe(true);
    expect(asked).toHaveLength(1);
    await writeFile(path, OTHER);
    await expect(loadWeights(file, undefined, { cacheFolder, offline: true })).rejects.toMatchObject({
      code: 'WEIGHTS_CORRUPT',
    });
  });

  it('says so when the cache folder cannot be written', async () => {
    const { file } = await serveWeights(sendFile(BYTES));
    await writeFile(join(cacheFolder, 'file'), '');
    await expect(fetchWeights(file, { cacheFolder: join(cacheFolder, 'file') })).rejects.toMatchObject({
      code: 'WEIGHTS_UNAVAILABLE',
      message: expect.stringContaining('MEDZOO_CACHE_DIR') as string,
    });
  });

  it('says so when the folder is there and another user may not use it, nor read a file in it', async () => {
    const { file } = await serveWeights(sendFile(BYTES));
    await chmod(cacheFolder, 0o755);
    await mkdir(join(cacheFolder, 'weights'));
    const refused = {
      code: 'WEIGHTS_UNAVAILABLE',
      message: expect.stringMatching(/cannot be kept in the cache folder .*EACCES.*MEDZOO_CACHE_DIR/) as string,
    };
    await chmod(join(cacheFolder, 'weights'), 0o555);
    await asAnotherUser(() => expect(loadWeights(file, undefined, { cacheFolder })).rejects.toMatchObject(refused));
    await chmod(join(cacheFolder, 'weights'), 0o755);
    await writeFile(pathInCache(cacheFolder, SHA256), BYTES, { mode: 0 });
    await asAnotherUser(() => expect(loadWeights(file, undefined, { cacheFolder })).rejects.toMatchObject(refused));
  });

  it('asks the server once for askers at the same time', async () => {
    const { file, asked } = await serveWeights((request, response) => {
      setTimeout(() => sendFile(BYTES)(request, response), 50);
    });
    const states = new Set<string>();
    const onProgress = ({ state }: WeightsProgress) => void states.add(state);
    await Promise.all([1, 2, 3].map(() => fetchWeights(file, { cacheFolder, onProgress })));
    expect(asked).toHaveLength(1);
    expect(states).toContain('waiting');
  });
});
