import { lstat, readdir, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { findFile, sizeOf } from './cache-files.js';

/** What a process is fetching at the moment was written to more recently. */
const LEFT_MS = 60_000;
const LEFTOVER = /\.part(\.validator)?$|\.lock\..*$/;

/** Whether a fault says that the disk, or this user's part of it, is full. */
export function isFull(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException | undefined)?.code ?? '');
}

/**
 * Looks, before a download, whether the disk has room for what is missing of `part`: to fill it and then fail would
 * harm whatever else writes to it. Throws ENOSPC. Without a declared size, or where nobody can say, nothing is known.
 */
export async function checkRoom(folder: string, part: string, bytes: number | undefined): Promise<void> {
  if (bytes === undefined) return;
  const missing = bytes - (await sizeOf(part));
  const disk = await statfs(folder).catch(() => undefined);
  if (!disk || disk.bavail * disk.bsize >= missing) return;
  const free = megabytes(disk.bavail * disk.bsize);
  const message = `ENOSPC: ${megabytes(missing)} are still to be fetched, and the disk has ${free} free`;
  throw Object.assign(new Error(message), { code: 'ENOSPC' });
}

/** Removes what other downloads left behind that nobody goes on with now; returns whether there was anything. */
export async function removeLeftovers(folder: string, part: string): Promise<boolean> {
  let hasRemoved = false;
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name);
    if (!LEFTOVER.test(name) || path.startsWith(part) || !(await isLeft(path))) continue;
    hasRemoved = await rm(path, { force: true }).then(
      () => true,
      () => hasRemoved,
    );
  }
  return hasRemoved;
}

async function isLeft(path: string): Promise<boolean> {
  const lock = path.replace(LEFTOVER, '.lock');
  const isLocked = await lstat(lock).then(
    () => true,
    () => false,
  );
  const found = await findFile(path);
  return !isLocked && found !== undefined && Date.now() - found.mtimeMs > LEFT_MS;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
