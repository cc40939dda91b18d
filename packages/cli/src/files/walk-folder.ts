import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommandError } from '../command-error.js';
import { explainReadError } from './explain-read-error.js';
import { ANSWERS_FILE, findOwnResults } from './own-results.js';

/** A folder's index of a medium, and what systems and programs leave in folders. */
const PASSED_OVER = /^(\.|__MACOSX$|DICOMDIR$|Thumbs\.db$)/i;

export interface WalkedFolder {
  /** Paths of files, which begin with the folder's. */
  readonly files: readonly string[];
  /** Links that lead to no folder: to a file, or to nothing. */
  readonly links: readonly string[];
  /** What `medzoo analyze` wrote into these folders; not among the files. */
  readonly results: readonly string[];
  /** Folders that could not be read, and why. */
  readonly unread: readonly { readonly path: string; readonly error: CommandError }[];
}

/**
 * The files in a folder and below it by name, the same order on each system; hidden ones are passed over, with all that
 * is in hidden folders, and links to folders are not followed.
 */
export async function walkFolder(folder: string): Promise<WalkedFolder> {
  const files: string[] = [];
  const links: string[] = [];
  const results: string[] = [];
  const unread: { path: string; error: CommandError }[] = [];
  const walk = async (path: string): Promise<void> => {
    const entries = await readdir(path, { withFileTypes: true }).catch((error: unknown) => {
      unread.push({ path, error: explainReadError(error, path) });
      return [];
    });
    const hasAnswers = entries.some((entry) => entry.isFile() && entry.name === ANSWERS_FILE);
    const isResult = hasAnswers ? await findOwnResults(path) : () => false;
    for (const entry of entries.toSorted((one, other) => (one.name < other.name ? -1 : 1))) {
      if (PASSED_OVER.test(entry.name)) continue;
      const inside = join(path, entry.name);
      if (entry.isDirectory()) await walk(inside);
      else if (entry.isFile()) (isResult(entry.name) ? results : files).push(inside);
      else if (entry.isSymbolicLink() && !(await leadsToFolder(inside))) links.push(inside);
    }
  };
  await walk(folder);
  return { files, links, results, unread };
}

function leadsToFolder(link: string): Promise<boolean> {
  return stat(link).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
}
