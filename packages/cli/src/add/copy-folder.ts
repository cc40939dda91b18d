import { copyFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { chooseEntries, LIMITS, type ModelEntry } from './model-entries.js';

/** Copies the files of a head out of a folder, or out of its folder model; gives the number of those left out. */
export async function copyFolder(path: string, folder: string): Promise<number> {
  const entries: (ModelEntry & { readonly source: string })[] = [];
  for (const place of ['', 'model/']) {
    const names = await readdir(join(path, place), { withFileTypes: true }).catch(() => []);
    for (const entry of names.slice(0, LIMITS.files + 1)) {
      if (!entry.isFile()) continue;
      const source = join(path, place, entry.name);
      entries.push({ path: place + entry.name, bytes: (await stat(source)).size, source });
    }
  }
  const { taken, leftOut } = chooseEntries(entries);
  for (const [name, { source }] of taken) await copyFile(source, join(folder, name));
  return leftOut;
}
