import { lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseFileName, type StoredImage } from '../stored-image.js';

/**
 * The images that an earlier run left in a folder, the oldest upload first, so that it is the first to go. Uploads that
 * were cut off are removed.
 */
export async function listStored(dir: string): Promise<readonly StoredImage[]> {
  const found: { readonly image: StoredImage; readonly mtimeMs: number }[] = [];
  for (const name of await readdir(dir)) {
    if (name.endsWith('.upload')) await rm(join(dir, name), { recursive: true, force: true });
    const parsed = parseFileName(name);
    if (!parsed) continue;
    const file = await lstat(join(dir, name)).catch(() => undefined);
    if (!file?.isFile()) continue; // an upload takes its place
    const { size, mtimeMs } = file;
    found.push({ image: { ...parsed, bytes: size }, mtimeMs });
  }
  return found.sort((a, b) => a.mtimeMs - b.mtimeMs).map(({ image }) => image);
}
