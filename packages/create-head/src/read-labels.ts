import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { AnswerError } from './answers.js';

/** Folders that are parts of a set, not labels. */
const SPLITS = ['train', 'training', 'val', 'valid', 'validation', 'test', 'testing'];
const MOST_LABELS = 1000;

/**
 * The labels of a data folder, sorted: those of its index.csv, else the names of its folders. Throws an AnswerError
 * where there are none.
 */
export async function readLabels(folder: string): Promise<readonly string[]> {
  const index = await readFile(join(folder, 'index.csv')).catch(() => undefined);
  const labels = index ? readColumn(index) : await readFolders(folder);
  if (labels.length > MOST_LABELS) {
    throw new AnswerError(`${folder} has ${labels.length} different labels: is its column label what it should be?`);
  }
  if (labels.length > 0) return labels;
  throw new AnswerError(
    `${folder} has neither an index.csv with a column label nor folders named by labels. Name them with --labels a,b.`,
  );
}

function readColumn(index: Uint8Array): readonly string[] {
  const records = parse<Record<string, string>>(Buffer.from(index), {
    bom: true,
    columns: (names: string[]) => names.map((name) => name.trim().toLowerCase()),
    skip_empty_lines: true,
    trim: true,
  });
  return distinct(records.map(({ label = '' }) => label));
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
