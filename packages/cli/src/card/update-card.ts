import { readFile, realpath, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Head } from '@medzoo/core/contract';
import { renderHeadCard } from './render-card.js';

/** Cards of this repository's own heads have another writer, and more in them. */
const START = /^<!-- card: written by `npx medzoo card`.*-->$/m;
const END = '<!-- end of card -->';

/** `unmarked`: the README has no place for a card. */
export type CardState = 'updated' | 'current' | 'unmarked' | 'missing';

/** The nearest folder above a file with a package.json. */
export async function findPackageFolder(path: string): Promise<string | undefined> {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const isThere = await readFile(join(folder, 'package.json')).then(
      () => true,
      () => false,
    );
    if (isThere) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}

/**
 * A README with the part between its two marks made anew; undefined if it has no marks. The words around it are a
 * person's.
 */
export function replaceCard(
  readme: string,
  heads: readonly Pick<Head, 'manifest' | 'encoder' | 'trained'>[],
): string | undefined {
  const start = START.exec(readme);
  const end = readme.indexOf(END);
  if (!start || end < start.index) return undefined;
  const before = readme.slice(0, start.index + start[0].length);
  return [before, ...heads.map((head) => renderHeadCard(head)), readme.slice(end)].join('\n\n');
}

/** Brings the cards in a package's README up to date: those of the heads whose weights lie in that package. */
export async function updateCard(
  folder: string,
  heads: readonly Head[],
  { isDry = false }: { readonly isDry?: boolean } = {},
): Promise<{ readonly path: string; readonly state: CardState }> {
  const path = join(folder, 'README.md');
  const readme = await readFile(path, 'utf8').catch(() => undefined);
  if (readme === undefined) return { path, state: 'missing' };
  const own: Head[] = [];
  for (const head of heads) if (await isWithin(head, folder)) own.push(head);
  const replaced = replaceCard(readme, own);
  if (replaced === undefined) return { path, state: 'unmarked' };
  if (replaced === readme) return { path, state: 'current' };
  if (!isDry) await writeFile(path, replaced);
  return { path, state: 'updated' };
}

async function isWithin({ trained: { model } }: Head, folder: string): Promise<boolean> {
  if (!model.url.startsWith('file:')) return false;
  const weights = await realpath(fileURLToPath(model.url)).catch(() => undefined);
  if (weights === undefined) return false;
  const below = relative(await realpath(folder), weights);
  return below !== '' && !below.startsWith('..') && !below.split(sep).includes('node_modules');
}
