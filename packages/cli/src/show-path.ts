import { relative } from 'node:path';

/** The shorter way to say where something is: from the working directory, if it is within. */
export function showPath(path: string): string {
  const below = relative('', path);
  return below === '' || below.startsWith('..') ? path : below;
}
