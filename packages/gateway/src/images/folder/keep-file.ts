import { constants } from 'node:fs';
import { type FileHandle, lstat, mkdir, mkdtemp, open, rename, rm, rmdir, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { flushFile } from '@medzoo/core';
import { WRITE_FAULTS } from '../store-fault.js';

const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;
/** A pipe would be waited for without end, a link may lead anywhere. Windows has neither flag. */
const READ_FLAGS = O_RDONLY | O_NOFOLLOW | O_NONBLOCK;

/** What lies at the path is a directory, a link, a pipe or a device. */
export class NoRegularFile extends Error {
  override readonly name = 'NoRegularFile';
}

/** Opens a file of the store to read it. Rejects with NoRegularFile, and with ENOENT where there is nothing. */
export async function openFile(path: string): Promise<FileHandle> {
  if (!(await lstat(path)).isFile()) throw new NoRegularFile(`${path} is no regular file.`);
  const file = await open(path, READ_FLAGS);
  if ((await file.stat()).isFile()) return file;
  await file.close();
  throw new NoRegularFile(`${path} is no regular file.`);
}

/**
 * The folder at this path, which is made if it is not there, or a new one for temporary files. Rejects in words where
 * nothing can be written: that is to show before the first upload.
 */
export async function prepareFolder(path: string | undefined): Promise<string> {
  try {
    if (path === undefined) return await mkdtemp(join(tmpdir(), 'medzoo-images-'));
    await makeFolder(path);
    await rmdir(await mkdtemp(join(path, '.trial-')));
    return path;
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
    const why = WRITE_FAULTS[code] ?? `the system says ${code}`;
    const what = path === undefined ? `a folder in ${tmpdir()}` : `the folder ${path}`;
    throw new Error(
      `Images are to be kept in ${what}, and it cannot be written: ${why}. ` +
        'Name one that can be in MEDZOO_DATA_DIR (the setting dataDir).',
      { cause },
    );
  }
}

/**
 * Makes a folder of the owner's and what is missing above it. Rejects with what is in the way. Not by Node's
 * `recursive`, which tries for ever below a place such as /proc, where a parent can neither be found nor made.
 */
async function makeFolder(path: string): Promise<void> {
  if (await isFolder(path)) return;
  const parent = dirname(path);
  if (parent !== path) await makeFolder(parent);
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    if (!(await isFolder(path))) throw error; // somebody else may have made it
  }
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/**
 * Writes what is to become a file of the store; `isDurable`: it is on the disk when this resolves. Leaves nothing where
 * it cannot: on a full disk each attempt would leave an empty file.
 */
export async function writeNewFile(path: string, content: Uint8Array, isDurable: boolean): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(content);
    if (isDurable) await flushFile(file);
  } catch (error) {
    await rm(path, { force: true }).catch(() => undefined); // what went wrong first is told
    throw error;
  } finally {
    await file.close();
  }
}

/**
 * Gives a finished file its name, in place of whatever has that name. A durable one has its name only once its bytes
 * are on the disk, whenever the power fails.
 */
export async function nameFile(from: string, to: string, isDurable: boolean): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    const before = await lstat(to).catch(() => undefined);
    if (!before?.isDirectory()) throw error;
    await rm(to, { recursive: true, force: true }); // no file can take its place
    await rename(from, to);
  }
  if (isDurable) await syncPath(dirname(to));
}

/** Windows can sync no folder, and keeps the order of names and bytes itself. */
export async function syncPath(path: string): Promise<void> {
  try {
    const handle = await open(path, 'r');
    try {
      await flushFile(handle);
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (process.platform !== 'win32') throw error;
  }
}
