import fs from 'node:fs';
import { promisify } from 'node:util';

/**
 * Resolves when what was written to a file, or the names in a folder, is on the disk. In place of `FileHandle.sync`,
 * which Yarn's Plug'n'Play does not have, and which throws under Node's permission model: a program may write files
 * there, and may not wait for the disk, which is no reason to keep none.
 */
export async function flushFile({ fd }: { readonly fd: number }): Promise<void> {
  try {
    await promisify(fs.fsync)(fd);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ERR_ACCESS_DENIED')) throw error;
  }
}
