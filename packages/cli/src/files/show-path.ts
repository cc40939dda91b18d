import { relative } from 'node:path';
import { inOneLine } from '../describe-error.js';

/** The shorter way to say where something is: from the working directory, if it is within. */
export function showPath(path: string): string {
  const below = relative('', path);
  return inOneLine(below === '' || below.startsWith('..') ? path : below);
}
