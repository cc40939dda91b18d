import { stat } from 'node:fs/promises';
import type { CommandError } from '../../command-error.js';
import { walkFolder } from '../../files/walk-folder.js';

/**
 * A file to look at. One that was found in a folder and is no image, by its name as well, is passed over; one that was
 * named is to be read.
 */
export interface FoundFile {
  readonly path: string;
  readonly isNamed: boolean;
  /** A picture or mask that `medzoo analyze` wrote into a folder: it is passed over. */
  readonly isResult?: boolean;
}

/**
 * The files that were named, and those in folders that were named and below them, by name. A folder that cannot be read
 * is told to `onError`.
 */
export async function findFiles(
  paths: readonly string[],
  onError: (path: string, error: CommandError) => void,
): Promise<FoundFile[]> {
  const found = new Map<string, FoundFile>();
  for (const path of paths) {
    const isFolder = await stat(path).then(
      (entry) => entry.isDirectory(),
      () => false, // what is wrong with it is said when it is read
    );
    if (!isFolder) {
      found.set(path, { path, isNamed: true });
      continue;
    }
    const { files, links, results, unread } = await walkFolder(path);
    for (const inside of [...files, ...links]) found.set(inside, found.get(inside) ?? { path: inside, isNamed: false });
    for (const inside of results)
      found.set(inside, found.get(inside) ?? { path: inside, isNamed: false, isResult: true });
    for (const one of unread) onError(one.path, one.error);
  }
  return [...found.values()];
}
