import { readdir, readFile, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Head } from '@medzoo/core/contract';
import { CommandError } from '../command-error.js';

/** A model file as it lies there: what medzoo does not know of is kept. */
export interface FoundModelFile {
  readonly path: string;
  readonly content: Readonly<Record<string, unknown>>;
}

/**
 * The model file beside a head's weights that describes these very weights. Throws a CommandError where there is none,
 * or where it belongs to an installed package, which the next `npm install` would write anew.
 */
export async function findModelFile({
  manifest,
  trained,
}: Pick<Head, 'manifest' | 'trained'>): Promise<FoundModelFile> {
  const { url, sha256 } = trained.model;
  if (!url.startsWith('file:')) {
    throw new CommandError(
      `The weights of "${manifest.id}" are not on this machine, so there is no model.json to record in.`,
    );
  }
  // A package of a workspace is linked into node_modules, and lies elsewhere.
  const folder = await realpath(dirname(fileURLToPath(url)));
  if (/[\\/]node_modules[\\/]/.test(folder)) {
    throw new CommandError(
      `The head "${manifest.id}" is an installed package, in ${folder}. Record in the head's own folder, where ` +
        'its medzoo.config.mjs is.',
    );
  }
  for (const name of await readdir(folder)) {
    if (!name.endsWith('.json')) continue;
    const content = await readJson(join(folder, name));
    if (describes(content, sha256)) return { path: join(folder, name), content };
  }
  throw new CommandError(`No model file in ${folder} describes the weights ${sha256}. Export them again.`);
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch {
    return undefined; // some other file
  }
}

function describes(content: unknown, sha256: string): content is FoundModelFile['content'] {
  if (typeof content !== 'object' || content === null || !('model' in content)) return false;
  const { model } = content;
  return typeof model === 'object' && model !== null && 'sha256' in model && model.sha256 === sha256;
}
