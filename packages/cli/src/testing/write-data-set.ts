import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Writes a folder `name` with this index.csv and files; gives its path. */
export async function writeDataSet(
  name: string,
  index: string,
  files: Readonly<Record<string, Uint8Array>> = {},
): Promise<string> {
  const folder = join(await mkdtemp(join(tmpdir(), 'set-')), name);
  await mkdir(folder);
  await writeFile(join(folder, 'index.csv'), index);
  for (const [path, bytes] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes);
  }
  return folder;
}
