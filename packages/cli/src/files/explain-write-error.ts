import { CommandError } from '../command-error.js';
import { DISK_FULL } from './disk-full.js';
import { codeOf } from './explain-read-error.js';
import { showPath } from './show-path.js';

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'You may not write there. Check the permissions, or name another place.',
  EPERM: 'You may not write there. Check the permissions, or name another place.',
  EROFS: 'The disk can only be read. Name another place.',
  ENOSPC: DISK_FULL,
  EDQUOT: 'Your share of the disk is full. Make room, or name another place.',
  EEXIST: 'There is a file of that name. Name another place.',
  ENOTDIR: 'A part of the path is a file. Name another place.',
  EISDIR: 'It is a folder. Name a file.',
  ENOENT: 'A folder of its path is not there.',
};

/** Why a file or folder could not be written, in words. */
export function explainWriteError(error: unknown, path: string): CommandError {
  if (error instanceof CommandError) return error;
  const code = codeOf(error) ?? 'unknown';
  return new CommandError(`${showPath(path)} cannot be written. ${REASONS[code] ?? `The system says ${code}.`}`);
}
