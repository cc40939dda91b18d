import { CommandError } from '../command-error.js';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'There is no such file. Check the path.',
  ENOTDIR: 'A part of its path is no folder. Check the path.',
  EISDIR: 'This is a folder. Name an image in it.',
  EACCES: 'It may not be read. Check its permissions.',
  EPERM: 'It may not be read. Check its permissions.',
  ELOOP: 'This is a link that leads to itself.',
  ENAMETOOLONG: 'The path is longer than the system takes.',
  ERR_FS_FILE_TOO_LARGE: 'The file is larger than 2 GiB, which is the most that is read at once.',
};

/** What stands for each byte of a name that is not UTF-8: the file cannot be found by it. */
const REPLACED = '\uFFFD';

/** Why a file or folder could not be read, in words; `path` is not in them. */
export function explainReadError(error: unknown, path: string): CommandError {
  if (error instanceof CommandError) return error;
  if (path.includes(REPLACED)) {
    return new CommandError('Its name, or that of a folder above it, is not UTF-8. Rename it, and it can be read.');
  }
  const code = codeOf(error) ?? 'unknown';
  return new CommandError(REASONS[code] ?? `This file cannot be read (${code}).`);
}

/** Such as ENOENT. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
