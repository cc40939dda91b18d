import { mkdtemp, rmdir, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { completeOptions, type WeightsOptions } from '../../model/weights/weights-options.js';
import type { CacheFacts } from '../facts.js';

/**
 * The folder for fetched weights, or the nearest one above it that is there, since it is made when it is needed.
 * Nothing is left there.
 */
export async function probeCache(weights?: WeightsOptions): Promise<CacheFacts> {
  const { cacheFolder, offline } = completeOptions(weights);
  const folder = await findExisting(cacheFolder);
  const fault = await findFault(folder);
  const free = await statfs(folder).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => undefined,
  );
  return { folder: cacheFolder, fault, freeBytes: free, isOffline: offline };
}

async function findExisting(path: string): Promise<string> {
  const isThere = await stat(path).then(
    () => true,
    () => false,
  );
  return isThere || dirname(path) === path ? path : findExisting(dirname(path));
}

/** Tries it: rights alone do not tell of read-only file systems, quotas, and folders that are none. */
async function findFault(folder: string): Promise<string | undefined> {
  if (!(await stat(folder)).isDirectory()) return `${folder} is no folder`;
  try {
    await rmdir(await mkdtemp(join(folder, '.medzoo-')));
    return undefined;
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    if (code === 'EROFS') return `${folder} is on a read-only file system`;
    if (code === 'ENOSPC' || code === 'EDQUOT') return `there is no room in ${folder}`;
    return `this user may not write to ${folder} (${code})`;
  }
}
