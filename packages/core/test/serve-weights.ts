import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished, vi } from 'vitest';
import { startServer } from './file-server.js';

/** A file of weights, and another one of the same size. */
export const BYTES = Uint8Array.from({ length: 300_000 }, (_, index) => (index * 7) % 251);
export const OTHER = Uint8Array.from(BYTES, (byte) => 255 - byte);
export const digestOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
export const SHA256 = digestOf(BYTES);
/** In a hundredth of the time that `toEqual` takes for as many numbers. */
export const isWhole = (bytes: Uint8Array) => Buffer.compare(bytes, BYTES) === 0;

/** An empty cache folder that is removed when the test ends; no setting of this machine's environment has a say. */
export async function createCacheFolder(): Promise<string> {
  const cacheFolder = await mkdtemp(join(tmpdir(), 'medzoo-cache-'));
  const proxies = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'].flatMap((name) => [name, name.toLowerCase()]);
  for (const name of [...proxies, 'MEDZOO_OFFLINE']) vi.stubEnv(name, undefined);
  onTestFinished(async () => {
    vi.unstubAllEnvs();
    await rm(cacheFolder, { recursive: true });
  });
  return cacheFolder;
}

export const keptIn = async (cacheFolder: string) => (await readdir(join(cacheFolder, 'weights'))).sort();

/** A server that has the file of weights; it is closed when the test ends. */
export async function serveWeights(answer: Parameters<typeof startServer>[0]) {
  const server = await startServer(answer);
  onTestFinished(server.close);
  return { ...server, file: { url: `${server.url}/model.onnx`, sha256: SHA256, bytes: BYTES.length } };
}
