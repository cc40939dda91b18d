import { isZooError } from '@medzoo/core';
import { CommandError } from './command-error.js';
import { DISK_FULL, isDiskFull } from './files/disk-full.js';

/** One line for the terminal. A fault that nobody foresaw keeps its name, so that it can be reported. */
export function describeError(error: unknown): string {
  if (error instanceof CommandError || isZooError(error)) return inOneLine(error.message);
  if (isDiskFull(error)) return DISK_FULL; // also where nobody foresaw it
  return inOneLine(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
}

/** Text from a file, without what a terminal would obey: line ends, escape sequences, marks that turn the order. */
export function inOneLine(text: string): string {
  const plain = text.replaceAll(/\s*\n\s*/g, ' ');
  return plain.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ');
}
