import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandError } from '../command-error.js';
import { codeOf } from '../files/explain-read-error.js';
import { showPath } from '../files/show-path.js';

/** As much of answers.json as tells what would be lost with it. */
interface Kept {
  readonly images: readonly { readonly file: string; readonly ok: boolean }[];
}

/**
 * Refuses a folder whose answers.json has answers about images that this run does not look at: they would be lost, and
 * pictures of both would lie side by side. The same images may be analyzed again.
 */
export async function checkReplaced(out: string, files: readonly string[]): Promise<void> {
  const known = new Set(files);
  const kept = await readKept(join(out, 'answers.json'));
  const lost = kept?.images.find(({ file, ok }) => ok && !known.has(file));
  if (lost === undefined) return;
  throw new CommandError(
    `${showPath(out)} holds answers about other images, such as ${lost.file}. ` +
      'Choose another --out, or write over them with --replace.',
  );
}

/** Undefined where there is none. */
async function readKept(path: string): Promise<Kept | undefined> {
  try {
    const kept = JSON.parse(await readFile(path, 'utf8')) as Partial<Kept> | null;
    if (Array.isArray(kept?.images)) return kept as Kept;
    throw new TypeError('It has no images.');
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined;
    throw new CommandError(
      `${showPath(path)} is no JSON that medzoo wrote. Choose another --out, or write over it with --replace.`,
    );
  }
}
