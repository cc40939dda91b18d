import { readFile, stat } from 'node:fs/promises';
import { CommandError } from './command-error.js';

const ADVICE: Readonly<Record<string, string>> = {
  ENOENT: 'There is no such file. Check the path.',
  EISDIR: 'This is a folder. Name the images in it, such as FOLDER/*.png.',
  EACCES: 'This file may not be read. Check its permissions.',
};

/** The bytes of a file; a file that cannot be read is a CommandError that says why. */
export async function readImage(path: string): Promise<Uint8Array> {
  try {
    const found = await stat(path);
    if (!found.isFile() && !found.isDirectory()) throw new CommandError('This is no regular file, such as a pipe.');
    return await readFile(path);
  } catch (error) {
    if (error instanceof CommandError) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    throw new CommandError(ADVICE[code] ?? `This file cannot be read (${code}).`);
  }
}
