import { readFile, stat } from 'node:fs/promises';

/**
 * The bytes of a regular file; undefined where there is none that can be read. A stranger's model.json may name a
 * device or a pipe, which would be read without end.
 */
export async function readWeights(path: string): Promise<Uint8Array | undefined> {
  try {
    return (await isRegularFile(path)) ? await readFile(path) : undefined;
  } catch {
    return undefined;
  }
}

export function isRegularFile(path: string): Promise<boolean> {
  return stat(path).then(
    (entry) => entry.isFile(),
    () => false,
  );
}
