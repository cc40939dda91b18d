import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * A file to look at. One that was found in a folder and is no image is passed over; one that was named is to be read.
 */
export interface FoundFile {
  readonly path: string;
  readonly isNamed: boolean;
}

/** A folder's index of a medium, and what systems leave in folders. */
const PASSED_OVER = /^(\.|DICOMDIR$|Thumbs\.db$)/i;

/**
 * The files that were named, and those in folders that were named and below them, by name. Links to folders are not
 * followed.
 */
export async function findFiles(paths: readonly string[]): Promise<FoundFile[]> {
  const found = new Map<string, FoundFile>();
  for (const path of paths) {
    const isFolder = await stat(path).then(
      (entry) => entry.isDirectory(),
      () => false, // what is wrong with it is said when it is read
    );
    if (isFolder)
      for (const inside of await walk(path)) found.set(inside, found.get(inside) ?? { path: inside, isNamed: false });
    else found.set(path, { path, isNamed: true });
  }
  return [...found.values()];
}

async function walk(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const paths: string[] = [];
  for (const entry of entries.toSorted((one, other) => (one.name < other.name ? -1 : 1))) {
    if (PASSED_OVER.test(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) paths.push(...(await walk(path)));
    else if (entry.isFile()) paths.push(path);
  }
  return paths;
}
