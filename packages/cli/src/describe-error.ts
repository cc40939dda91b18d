import { isZooError } from '@medzoo/core';
import { CommandError } from './command-error.js';

/** One line for the terminal. A fault that nobody foresaw keeps its name, so that it can be reported. */
export function describeError(error: unknown): string {
  if (error instanceof CommandError || isZooError(error)) return inOneLine(error.message);
  if (isDiskFull(error)) return 'The disk is full. Make room, or name another place.';
  return inOneLine(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
}

/** Text from a file, without what a terminal would obey: line ends, escape sequences, marks that turn the order. */
export function inOneLine(text: string): string {
  const plain = text.replaceAll(/\s*\n\s*/g, ' ');
  return plain.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ');
}

/** Also where nobody foresaw it: whoever writes may be told so. */
function isDiskFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
}
