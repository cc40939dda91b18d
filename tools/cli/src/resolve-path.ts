import { relative, resolve } from 'node:path';

/** A path as the person who typed it means it: npm runs scripts in the root, but says in INIT_CWD where it was called. */
export function resolvePath(path: string): string {
  const { npm_lifecycle_event: script, INIT_CWD: calledFrom } = process.env;
  return resolve(script !== undefined && calledFrom !== undefined ? calledFrom : process.cwd(), path);
}

/** The shorter way to say where something is: from the working directory, if it is within. */
export function showPath(path: string): string {
  const below = relative('', path);
  return below === '' || below.startsWith('..') ? path : below;
}
