import { copyFile, opendir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandError } from '../command-error.js';
import { codeOf, explainReadError } from '../files/explain-read-error.js';
import { chooseEntries, LIMITS, type ModelEntry } from './model-entries.js';

/** Copies the files of a head out of a folder, or out of its folder model; gives the number of those left out. */
export async function copyFolder(path: string, folder: string): Promise<number> {
  const entries: (ModelEntry & { readonly source: string })[] = [];
  for (const place of ['', 'model/']) {
    for (const name of await listFiles(join(path, place), place !== '')) {
      const source = join(path, place, name);
      entries.push({ path: place + name, bytes: (await stat(source)).size, source });
    }
  }
  const { taken, leftOut } = chooseEntries(entries);
  for (const [name, { source }] of taken) await copyFile(source, join(folder, name));
  return leftOut;
}

/** Names of the files, and no more of them than are refused: a folder may hold millions. */
async function listFiles(folder: string, mayBeMissing: boolean): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const entry of await opendir(folder)) {
      if (entry.isFile()) names.push(entry.name);
      if (names.length > LIMITS.files) break;
    }
  } catch (error) {
    if (mayBeMissing && codeOf(error) === 'ENOENT') return [];
    throw new CommandError(`Its folder cannot be read. ${explainReadError(error, folder).message}`);
  }
  return names.toSorted();
}
