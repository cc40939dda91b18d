import { access, readdir } from 'node:fs/promises';
import { basename, join, relative, resolve } from 'node:path';
import { CommandError } from '../command-error.js';
import { readRows, type Row } from '../evaluation/data-set.js';
import { selectRows, type Selection } from '../evaluation/select-rows.js';

export interface ImageFolder {
  /** The folder's name. */
  readonly name: string;
  readonly rows: readonly Row[];
  /** 'all' where the folder has no index, or its index no splits. */
  readonly split: string;
}

/** Suffixes of the formats that are read. */
const IMAGES = /\.(png|jpe?g|webp|tiff?)$/i;
/** A folder with more files is named by mistake more often than not. */
const MOST_FILES = 1_000_000;

/** The images of any folder: those that its index.csv lists, labelled or not, or all that lie in it and its folders. */
export async function readImages(folder: string, selection: Selection): Promise<ImageFolder> {
  const name = basename(resolve(folder));
  const hasIndex = await access(join(folder, 'index.csv')).then(
    () => true,
    () => false,
  );
  const rows = hasIndex ? await readRows(folder) : await findImages(folder);
  return { name, ...selectRows(rows, selection) };
}

async function findImages(folder: string): Promise<Row[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => {
    throw new CommandError(`There is no folder ${folder}.`);
  });
  if (entries.length > MOST_FILES)
    throw new CommandError(`${folder} holds more than ${MOST_FILES} files. Name a folder of images.`);
  const paths = entries
    .filter((entry) => entry.isFile() && IMAGES.test(entry.name))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
  if (paths.length === 0) throw new CommandError(`There is no PNG, JPEG, WebP or TIFF in ${folder}.`);
  return paths.map((path) => ({
    id: path,
    image: resolve(folder, path),
    mask: undefined,
    listed: { image: path, mask: undefined },
    label: undefined,
    split: undefined,
    group: path,
    pixelSize: undefined,
    measures: {},
  }));
}
