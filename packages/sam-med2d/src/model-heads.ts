import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ZooError, type Head } from '@medzoo/core/contract';
import { modelHead, type ModelHeadOptions } from './model-head.js';

/**
 * The heads without code in a folder: one in each folder below it that has a model.json, in the order of their names.
 * `medzoo add` puts them there. `folder` is a path from the working directory or a file: URL. Throws INVALID_MANIFEST
 * for a folder that is not there.
 */
export function modelHeads(folder: string | URL, options: Pick<ModelHeadOptions, 'encoder'> = {}): readonly Head[] {
  const path = typeof folder === 'string' ? resolve(folder) : fileURLToPath(folder);
  if (!existsSync(path)) {
    throw new ZooError('INVALID_MANIFEST', `There is no folder ${path} of heads. Add one: npx medzoo add model.zip`);
  }
  return readdirSync(path)
    .filter((name) => !name.startsWith('.'))
    .map((name) => join(path, name, 'model.json'))
    .filter(existsSync)
    .toSorted()
    .map((file) => modelHead(pathToFileURL(file), options));
}
