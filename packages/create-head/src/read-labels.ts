import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CsvError, parse } from 'csv-parse/sync';
import { AnswerError, labelsOf, type PartialAnswers } from './answers.js';
import type { Task } from './onnx/tiny-model.js';

/** Folders that are parts of a set, not labels. */
const SPLITS = ['train', 'training', 'val', 'valid', 'validation', 'test', 'testing'];
const MOST_LABELS = 1000;

/**
 * The labels that are said, else those that mask values name, else those of a data folder. Undefined where nothing
 * tells them. Throws an AnswerError where the folder does not.
 */
export async function findLabels(
  { labels, maskValues, task }: PartialAnswers,
  data: string | undefined,
): Promise<readonly string[] | undefined> {
  const said = labels ?? labelsOf(maskValues);
  return said !== undefined || data === undefined ? said : readLabels(data, task);
}

/**
 * The labels of a data folder, sorted: those of its index.csv, else the names of its folders, which are classes and say
 * nothing of masks. Throws an AnswerError where there are none.
 */
async function readLabels(folder: string, task: Task = 'classification'): Promise<readonly string[]> {
  const index = await readFile(join(folder, 'index.csv')).catch(() => undefined);
  const named = index ? readColumn(index, folder) : await readFolders(folder);
  const labels = task === 'segmentation' && index === undefined ? [] : named;
  if (labels.length > MOST_LABELS) {
    throw new AnswerError(`${folder} has ${labels.length} different labels: is its column label what it should be?`);
  }
  if (labels.length > 0) return labels;
  throw new AnswerError(
    task === 'segmentation'
      ? `${folder} has no index.csv with a column label, and does not say what its masks show. ` +
          'Name it with --labels wound, or several with --mask-values 1=nucleus,2=cell.'
      : `${folder} has neither an index.csv with a column label nor folders named by labels. ` +
          'Name them with --labels a,b.',
  );
}

function readColumn(index: Uint8Array, folder: string): readonly string[] {
  try {
    const records = parse<Record<string, string>>(Buffer.from(index), {
      bom: true,
      columns: (names: string[]) => names.map((name) => name.trim().toLowerCase()),
      skip_empty_lines: true,
      trim: true,
    });
    return distinct(records.map(({ label = '' }) => label));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new AnswerError(`${join(folder, 'index.csv')} cannot be read as CSV: ${error.message}`);
  }
}

async function readFolders(folder: string): Promise<readonly string[]> {
  const names = await listFolders(folder);
  const areSplits = names.length > 0 && names.every((name) => SPLITS.includes(name.toLowerCase()));
  if (!areSplits) return distinct(names);
  const inside = await Promise.all(names.map((name) => listFolders(join(folder, name))));
  return distinct(inside.flat());
}

async function listFolders(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => {
    throw new AnswerError(`There is no folder ${folder}. Check the path of --data.`);
  });
  return entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.')).map(({ name }) => name);
}

function distinct(labels: readonly string[]): readonly string[] {
  return [...new Set(labels)].filter((label) => label !== '').toSorted();
}
