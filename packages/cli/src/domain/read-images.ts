import { access } from 'node:fs/promises';
import { basename, join, relative, resolve } from 'node:path';
import { CommandError } from '../command-error.js';
import { imageRow, readRows, type DataSet, type Row } from '../evaluation/set/data-set.js';
import { checkWhole, readLabelFolders, sayLeftOut } from '../evaluation/set/read-label-folders.js';
import type { Selection } from '../evaluation/set/select-rows.js';
import { selectAsTrained } from '../evaluation/set/split-as-trained.js';
import { isNamedLikeImage } from '../files/image-names.js';
import { walkFolder } from '../files/walk-folder.js';

export interface ImageFolder {
  /** The folder's name. */
  readonly name: string;
  readonly rows: readonly Row[];
  /** 'all' where the folder has no index, or its index no splits. */
  readonly split: string;
  readonly warnings: readonly string[];
}

/** A folder with more files is named by mistake more often than not. */
const MOST_FILES = 1_000_000;

/**
 * The images of any folder: those that its index.csv lists, labelled or not, or all that lie in it and its folders. Of
 * a set that the head learnt from, no image of its training is taken.
 */
export async function readImages(
  folder: string,
  heads: Parameters<typeof selectAsTrained>[1],
  selection: Selection & { readonly head: string | undefined },
): Promise<ImageFolder> {
  const name = basename(resolve(folder));
  const hasIndex = await access(join(folder, 'index.csv')).then(
    () => true,
    () => false,
  );
  const { rows, notes } = hasIndex ? await readRows(folder) : await findImages(folder);
  return { name, ...selectAsTrained({ name, rows, notes }, heads, selection) };
}

async function findImages(folder: string): Promise<Pick<DataSet, 'rows' | 'notes'>> {
  const walked = await walkFolder(folder);
  if (walked.unread.some(({ path }) => path === folder)) throw new CommandError(`There is no folder ${folder}.`);
  checkWhole(walked);
  if (walked.files.length > MOST_FILES)
    throw new CommandError(`${folder} holds more than ${MOST_FILES} files. Name a folder of images.`);
  const all = [...walked.files, ...walked.links].map((path) => relative(folder, path).replaceAll('\\', '/'));
  const files = all.filter(isNamedLikeImage);
  if (files.length === 0) throw new CommandError(`There is no file in ${folder} whose name ends like an image's.`);
  return { rows: await toRows(folder, files), notes: sayLeftOut(all.length - files.length) };
}

/**
 * Those in folders for labels come first, in the order and with the labels and splits that `embed` reads: else other
 * splits would be drawn, and images taken that the head learnt from.
 */
async function toRows(folder: string, files: readonly string[]): Promise<Row[]> {
  const { files: labelled } = await readLabelFolders(folder).catch((error: unknown) => {
    if (error instanceof CommandError) return { files: [] };
    throw error;
  });
  const known = new Set(labelled.map(({ file }) => file));
  return [
    ...labelled.map(({ file, label, split }) => ({ ...imageRow(folder, file), label, split })),
    ...files.filter((file) => !known.has(file)).map((file) => imageRow(folder, file)),
  ];
}
