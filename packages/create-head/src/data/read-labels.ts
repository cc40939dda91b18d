import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AnswerError, labelsOf, type PartialAnswers } from '../ask/answers.js';
import { formatNames } from '../ask/parse-names.js';
import type { Task } from '../onnx/tiny-model.js';
import { readIndex, type Records } from './read-index.js';

/** Folders that are parts of a set, not labels. */
const SPLITS = ['train', 'training', 'val', 'valid', 'validation', 'test', 'testing'];
const MOST_LABELS = 1000;

/**
 * The labels that are said, else those that mask values name, else those of a data folder. Undefined where nothing
 * tells them. Throws an AnswerError where the folder does not.
 */
export async function findLabels(
  { labels, maskValues, quantities = {}, task, separator, leaveOut = [] }: PartialAnswers,
  data: string | undefined,
): Promise<readonly string[] | undefined> {
  const measured = Object.keys(quantities);
  const said = labels ?? labelsOf(maskValues) ?? (measured.length > 0 ? measured : undefined);
  if (said !== undefined || data === undefined) return said;
  const found = await READ[task ?? 'classification'](data, separator);
  checkLeftOut(leaveOut, found, data);
  const kept = found.filter((label) => !leaveOut.includes(label));
  checkSpelling(kept);
  const named = distinct(kept);
  if (named.length > MOST_LABELS) {
    throw new AnswerError(`${data} has ${named.length} different labels: is its column label what it should be?`);
  }
  return named;
}

/** Training refuses fewer images of a label (medzoo-train, embeddings/splits.py). */
export const FEWEST = { train: 10, val: 5, test: 5 } as const;
const FEWEST_IN_ALL = Object.values(FEWEST).reduce((sum, count) => sum + count, 0);
/** Training refuses fewer labels that are told apart. */
const FEWEST_LABELS = 2;

/**
 * Of a classification: which labels of a data folder have too few images to train on, as a sentence; undefined where
 * all have enough, or nobody can tell.
 */
export async function sayScarce(
  { labels, task = 'classification' }: Pick<PartialAnswers, 'labels' | 'task'>,
  data: string | undefined,
): Promise<string | undefined> {
  if (data === undefined || task !== 'classification') return undefined;
  const records = await readIndex(data);
  const found = records ? labelsIn(records).filter((label) => label !== '') : await readFolders(data);
  const wanted = labels ?? distinct(found);
  const scarce = wanted
    .map((label) => ({ label, count: found.filter((one) => one === label).length }))
    .filter(({ count }) => count < FEWEST_IN_ALL);
  if (scarce.length === 0) return undefined;
  const counted = scarce.map(({ label, count }) => `"${label}" ${count}`).join(', ');
  return (
    `Images of each label: at least ${FEWEST_IN_ALL} (${FEWEST.train} in train, ${FEWEST.val} in val, ` +
    `${FEWEST.test} in test); there are too few of ${counted}. ` +
    (wanted.length - scarce.length < FEWEST_LABELS ? 'Add some.' : 'Add some, or leave the label out with --leave-out.')
  );
}

type ReadLabels = (folder: string, separator: string | undefined) => Promise<readonly string[]>;

/**
 * The labels of a data folder, as often as they occur; each throws an AnswerError where the folder does not tell them.
 */
const READ: Readonly<Record<Task, ReadLabels>> = {
  async classification(folder) {
    const records = await readIndex(folder);
    return some(records ? labelsIn(records) : await nameFolders(folder), () => {
      return `${folder} has neither an index.csv with a column label nor folders named by labels. ${BY_NAME}`;
    });
  },
  async segmentation(folder) {
    // Folders' names are classes, and say nothing of masks.
    return some(labelsIn((await readIndex(folder)) ?? []), () => {
      return (
        `${folder} has no index.csv with a column label, and does not say what its masks show. ` +
        'Name it with --labels wound, or several with --mask-values 1=nucleus,2=cell.'
      );
    });
  },
  regression(folder) {
    return Promise.reject(
      new AnswerError(`${folder} does not say which numbers and units. Name them with --quantities "bone age=mo".`),
    );
  },
  async keypoints(folder) {
    const columns = Object.keys((await readIndex(folder))?.[0] ?? {});
    const named = columns.filter((name) => name.endsWith('_x') && columns.includes(`${name.slice(0, -2)}_y`));
    return some(
      named.map((name) => name.slice(0, -2)),
      () => {
        return `${folder} has no index.csv with two columns for each place, such as tip_x and tip_y, in pixels.`;
      },
    );
  },
  async multilabel(folder, separator) {
    const cells = separator === undefined ? [] : labelsIn((await readIndex(folder)) ?? []);
    const parts = cells.flatMap((cell) => cell.split(separator ?? '').map((part) => part.trim()));
    return some(parts, () => {
      return separator === undefined
        ? `Which columns of ${folder} are labels? Name them with --labels effusion,mass, or say with --separator "|" ` +
            'what is between them in its column label.'
        : `${folder} has no index.csv with a column label.`;
    });
  },
};

const BY_NAME = 'Name them with --labels a,b.';

function some(labels: readonly string[], sayFault: () => string): readonly string[] {
  const named = labels.filter((label) => label !== '');
  if (named.length > 0) return named;
  throw new AnswerError(sayFault());
}

function labelsIn(records: Records): readonly string[] {
  return records.map(({ label = '' }) => label);
}

/** As `medzoo embed` does it, a folder without an image is no label; before there is any image, each folder is one. */
async function nameFolders(folder: string): Promise<readonly string[]> {
  const found = await readFolders(folder);
  return found.length > 0 ? found : readFolders(folder, 1);
}

/** The names of folders, each as often as it has images, or `least` times. */
async function readFolders(folder: string, least = 0): Promise<readonly string[]> {
  const names = await listFolders(folder);
  const areSplits = names.length > 0 && names.every((name) => SPLITS.includes(name.toLowerCase()));
  const parents = areSplits ? names.map((name) => join(folder, name)) : [folder];
  const inside = await Promise.all(
    parents.map(async (parent) => {
      const labels = areSplits ? await listFolders(parent) : names;
      return Promise.all(
        labels.map(async (label) =>
          repeat(label.normalize('NFC'), Math.max(least, await countImages(join(parent, label)))),
        ),
      );
    }),
  );
  return inside.flat(2);
}

function repeat(label: string, count: number): readonly string[] {
  return Array.from({ length: count }, () => label);
}

/** Endings of images that `medzoo embed` reads (files/image-names.ts of the cli). Both pass over other files. */
const ENDING = /\.(nii\.gz|png|jpe?g|webp|tiff?|bmp|pgm|ppm|dcm|dicom|ima|nii|mgh|mgz)$/i;

async function countImages(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile() && !entry.name.startsWith('.') && ENDING.test(entry.name)).length;
}

async function listFolders(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => {
    throw new AnswerError(`There is no folder ${folder}. Check the path of --data.`);
  });
  return entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.')).map(({ name }) => name);
}

function distinct(labels: readonly string[]): readonly string[] {
  return [...new Set(labels)].toSorted();
}

/** A label that is spelt otherwise would stay, and training would refuse it much later. */
function checkLeftOut(leftOut: readonly string[], found: readonly string[], data: string): void {
  const unknown = leftOut.find((label) => !found.includes(label));
  if (unknown === undefined) return;
  throw new AnswerError(
    `--leave-out names "${unknown}", which no image of ${data} has. There are ${formatNames(distinct(found))}.`,
  );
}

/** Labels that differ only in case or in spaces around them would be classes of their own; `medzoo embed` refuses too. */
function checkSpelling(labels: readonly string[]): void {
  const counts = new Map<string, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  const key = (label: string): string => label.trim().toLowerCase();
  for (const label of counts.keys()) {
    const alike = [...counts].filter(([other]) => key(other) === key(label)).toSorted(([a], [b]) => (a < b ? -1 : 1));
    if (alike.length < 2) continue;
    const counted = alike
      .map(([spelling, count]) => `"${spelling}" (${count} image${count === 1 ? '' : 's'})`)
      .join(' and ');
    throw new AnswerError(
      `The labels ${counted} differ in case or in spaces around them only, and would be classes of their own. Write ` +
        "them alike in index.csv, or in the folders' names.",
    );
  }
}
