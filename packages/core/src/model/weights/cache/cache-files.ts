import { constants, type Stats } from 'node:fs';
import { lstat, open, rm, type FileHandle } from 'node:fs/promises';

const { O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_TRUNC, O_WRONLY } = constants;

/**
 * What lies in the cache folder is a regular file or is not there: a link could lead whoever else may write to the
 * folder to any file of this user, a pipe or a device would be read without end. Windows has neither flag; its links
 * are refused by `findFile`.
 */
const AS_IT_IS = O_NOFOLLOW | O_NONBLOCK; // of undefined, 0
export const READ_FLAGS = O_RDONLY | AS_IT_IS;

/** A regular file at this path; undefined for anything else, links included. */
export async function findFile(path: string): Promise<Stats | undefined> {
  const found = await lstat(path).catch(() => undefined);
  return found?.isFile() ? found : undefined;
}

/** Bytes of a regular file; 0 where there is none. */
export async function sizeOf(path: string): Promise<number> {
  return (await findFile(path))?.size ?? 0;
}

/**
 * The first `maxBytes` of a regular file, as text. Rejects with ENOENT where there is nothing, and for what is no
 * regular file.
 */
export async function readText(path: string, maxBytes: number): Promise<string> {
  const file = await open(path, READ_FLAGS);
  try {
    if (!(await file.stat()).isFile()) throw new Error(`${path} is no regular file.`);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(maxBytes), 0, maxBytes, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}

/**
 * Opens a file to write to, from its beginning or where it is. What lies there and is no regular file is removed
 * before.
 */
export async function openToWrite(path: string, from: 'start' | 'middle'): Promise<FileHandle> {
  await removeUnlessFile(path);
  return open(path, O_WRONLY | AS_IT_IS | (from === 'start' ? O_CREAT | O_TRUNC : 0));
}

/** Replaces a small file. */
export async function writeText(path: string, text: string): Promise<void> {
  const file = await openToWrite(path, 'start');
  try {
    await file.writeFile(text);
  } finally {
    await file.close();
  }
}

/** A folder would keep a file from taking its place. */
export async function removeUnlessFile(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (found && !found.isFile()) await rm(path, { force: true, recursive: found.isDirectory() });
}
