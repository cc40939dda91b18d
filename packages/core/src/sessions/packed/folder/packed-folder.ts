import { closeSync, constants, fstatSync, openSync, type Stats } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '../../../model/weights/cache/make-folder.js';

/** Below the cache folder. */
const FOLDER = 'packed';
const OWNER_ONLY = 0o700;
const OF_OTHERS = 0o077;

export type PackedFolder =
  /** `path` leads to the folder that was checked, even if another one has taken its name since. */
  { readonly state: 'usable'; readonly path: string } | { readonly state: 'unusable'; readonly reason: string };

/** Where packed weights are kept. */
export function packedFolderIn(cacheFolder: string): string {
  return join(cacheFolder, FOLDER);
}

/** By device and inode: one open file for each folder that this process uses. */
const opened = new Map<string, PackedFolder>();

/**
 * The folder of packed weights, made if it is not there. What lies in it is mapped into memory and runs, so only this
 * user may be able to write to it: it belongs to this user, nobody else has rights in it, and it is no link.
 */
export async function openPackedFolder(cacheFolder: string): Promise<PackedFolder> {
  if (process.platform !== 'linux')
    return unusable('only Linux tells whose files these are and which CPU they are for');
  const folder = packedFolderIn(cacheFolder);
  try {
    await makeFolder(cacheFolder);
    await mkdir(folder, { mode: OWNER_ONLY }).catch((error: unknown) => {
      if (codeOf(error) !== 'EEXIST') throw error;
    });
  } catch (error) {
    return unusable(`${folder} cannot be made (${codeOf(error)})`);
  }
  return holdFolder(folder);
}

/** As `openPackedFolder`, of a folder that is there. */
export function holdFolder(folder: string): PackedFolder {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
    const found = fstatSync(descriptor);
    const fault = findFault(found);
    if (fault !== undefined) return close(descriptor, unusable(`${folder} ${fault}`));
    const id = `${found.dev}:${found.ino}`;
    const known = opened.get(id);
    if (known) return close(descriptor, known);
    const held: PackedFolder = { state: 'usable', path: `/proc/self/fd/${descriptor}` };
    opened.set(id, held);
    return held;
  } catch (error) {
    return close(descriptor, unusable(`${folder} cannot be opened (${codeOf(error)})`));
  }
}

function findFault({ uid, mode }: Stats): string | undefined {
  if (uid !== process.getuid?.()) return `belongs to the user ${uid}, not to this one`;
  if ((mode & OF_OTHERS) === 0) return undefined;
  return `is open to other users: its mode is ${(mode & 0o777).toString(8)}, not ${OWNER_ONLY.toString(8)}`;
}

function unusable(reason: string): PackedFolder {
  return { state: 'unusable', reason };
}

function close(descriptor: number | undefined, folder: PackedFolder): PackedFolder {
  if (descriptor !== undefined) closeSync(descriptor);
  return folder;
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown';
}
