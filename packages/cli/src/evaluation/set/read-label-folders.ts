import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { CommandError } from '../../command-error.js';
import { codeOf, explainReadError } from '../../files/explain-read-error.js';
import { isNamedLikeImage } from '../../files/image-names.js';
import { showPath } from '../../files/show-path.js';
import { walkFolder, type WalkedFolder } from '../../files/walk-folder.js';
import { countOf } from '../../terminal/format.js';
import { listNames } from '../../terminal/list-names.js';

/** An image below a folder whose name is its label. */
export interface LabelledFile {
  /** From the folder, with slashes. */
  readonly file: string;
  readonly label: string;
  /** By a folder above that of the label, such as train/; undefined where there is none. */
  readonly split: string | undefined;
}

export interface LabelFolders {
  readonly files: readonly LabelledFile[];
  readonly notes: readonly string[];
}

const SAY_SET =
  'A set is a folder with an index.csv of columns image and mask or label, or with a folder of images for each label.';

/** How data sets call the parts of theirs. */
const SPLITS: Readonly<Record<string, string>> = {
  train: 'train',
  training: 'train',
  val: 'val',
  valid: 'val',
  validation: 'val',
  test: 'test',
  testing: 'test',
};

/**
 * Reads `DIR/LABEL/IMAGE`, and `DIR/train/LABEL/IMAGE` where every folder of `DIR` is called like a split. Throws a
 * CommandError where there are not two labels with images.
 */
export async function readLabelFolders(folder: string): Promise<LabelFolders> {
  const folders = await listFolders(folder);
  const areSplits = folders.length > 0 && folders.every((name) => Object.hasOwn(SPLITS, name.toLowerCase()));
  const found = areSplits
    ? await Promise.all(folders.map(async (name) => readLabels(folder, `${name}/`, SPLITS[name.toLowerCase()])))
    : [await readLabels(folder, '', undefined)];
  const files = found.flatMap((one) => one.files);
  const others = found.reduce((sum, one) => sum + one.others, 0);
  const labels = [...new Set(files.map(({ label }) => label))];
  if (labels.length < 2) {
    throw new CommandError(
      `There is no ${join(folder, 'index.csv')}, and ` +
        `${labels.length === 1 ? `the one folder ${labels[0]!}` : 'no folder'} with images. ${SAY_SET}`,
    );
  }
  return {
    files,
    notes: [`There is no index.csv: the folders' names are the labels (${listNames(labels)}).`, ...sayLeftOut(others)],
  };
}

/** What a person should know of files that are no images by their names. */
export function sayLeftOut(count: number): string[] {
  return count > 0 ? [`Left out, as their names do not end like images: ${countOf(count, 'file')}.`] : [];
}

async function readLabels(folder: string, prefix: string, split: string | undefined) {
  const files: LabelledFile[] = [];
  let others = 0;
  for (const name of await listFolders(join(folder, prefix))) {
    // macOS may spell an umlaut in a folder's name as two signs, which look like one.
    const label = name.normalize('NFC');
    const below = join(folder, prefix, name);
    const walked = await walkFolder(below);
    checkWhole(walked);
    for (const path of [...walked.files, ...walked.links]) {
      const file = relative(folder, path).replaceAll('\\', '/');
      if (isNamedLikeImage(path)) files.push({ file, label, split });
      else others += 1;
    }
  }
  // The order of a folder is the file system's; that of the rows must be the same everywhere.
  files.sort((a, b) => (a.file < b.file ? -1 : 1));
  return { files, others };
}

/** A set without some of its images would be another one. */
export function checkWhole({ unread }: WalkedFolder): void {
  const [first] = unread;
  if (first) throw new CommandError(`${showPath(first.path)}: ${first.error.message}`);
}

async function listFolders(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    const code = codeOf(error);
    if (code !== 'ENOENT' && code !== 'ENOTDIR')
      throw new CommandError(`${showPath(folder)}: ${explainReadError(error, folder).message}`);
    throw new CommandError(`There is no folder ${folder}. ${SAY_SET}`);
  });
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => name)
    .toSorted();
}
