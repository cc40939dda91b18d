import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { CommandError } from '../../command-error.js';

/** Where packages of heads keep their model files. */
const PLACES = ['.', 'model', 'weights'];

/** The model files of heads in a folder: beside package.json, in model/ or weights/, and one folder below these. */
export async function findModels(folder: string): Promise<string[]> {
  if (!existsSync(folder)) throw new CommandError(`There is no folder ${folder}. Check the path.`);
  const found: string[] = [];
  for (const place of PLACES) {
    const folders = [
      place,
      ...(place === '.'
        ? []
        : await listFolders(join(folder, place)).then((names) => names.map((name) => join(place, name)))),
    ];
    for (const one of folders) {
      const path = join(folder, one, 'model.json');
      if (existsSync(path) && !(await isEncoder(path))) found.push(path);
    }
  }
  if (found.length > 0) return found;
  throw new CommandError(
    `There is no model.json of a head in ${folder}, nor in its folders model and weights. Train one (npm run ` +
      'train), or make a package: npm create @medzoo/head.',
  );
}

/** The golden record of a model: beside it, or in the package's folder golden, there perhaps by the model's folder. */
export function findGolden(folder: string, modelFile: string): string | undefined {
  const own = dirname(modelFile);
  const places = [own, join(folder, 'golden', basename(own)), join(folder, 'golden')];
  return places.map((place) => join(place, 'golden.json')).find(existsSync);
}

async function listFolders(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .toSorted();
}

async function isEncoder(path: string): Promise<boolean> {
  try {
    const { preprocess } = JSON.parse(await readFile(path, 'utf8')) as { preprocess?: { size?: unknown } };
    return preprocess?.size !== undefined; // a head may have a window there
  } catch {
    return false; // whatever it is, a check says so
  }
}
