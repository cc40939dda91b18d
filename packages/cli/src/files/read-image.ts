import { open, readFile, stat } from 'node:fs/promises';
import { CommandError } from '../command-error.js';
import { explainReadError } from './explain-read-error.js';
import type { ReadingOptions } from './reading-options.js';

/**
 * The bytes of a file; one that cannot be read, or is larger than `limits` allow, is a CommandError that says why,
 * before anything of it is read.
 */
export async function readImage(path: string, limits: ReadingOptions['limits'] = {}): Promise<Uint8Array> {
  try {
    await checkFile(path, limits);
    return await readFile(path);
  } catch (error) {
    throw explainReadError(error, path);
  }
}

/** The first bytes of a file, with the same refusals. */
export async function readStart(path: string, length: number): Promise<Uint8Array> {
  try {
    await checkFile(path, {});
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw explainReadError(error, path);
  }
}

async function checkFile(path: string, { maxBytes = Infinity }: NonNullable<ReadingOptions['limits']>): Promise<void> {
  const found = await stat(path);
  if (!found.isFile() && !found.isDirectory()) throw new CommandError('This is no regular file, such as a pipe.');
  if (found.isFile() && found.size > maxBytes) {
    throw new CommandError(
      `A file may have at most ${maxBytes} bytes; this one has ${found.size}. Raise limits.maxBytes of the config.`,
    );
  }
}
