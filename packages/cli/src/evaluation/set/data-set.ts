import { readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { PixelSize } from '@medzoo/core';
import { CommandError } from '../../command-error.js';
import { codeOf, explainReadError } from '../../files/explain-read-error.js';
import { parseIndex } from './parse-index.js';
import { readLabelFolders } from './read-label-folders.js';
import { readMeasures, readPixelSize, type Fields } from './measured-columns.js';

/** One image of a set. What the index leaves empty is undefined. */
export interface Row {
  readonly id: string;
  /** Absolute. */
  readonly image: string | undefined;
  /** Absolute. */
  readonly mask: string | undefined;
  /** The paths as the index has them, for messages. */
  readonly listed: { readonly image: string | undefined; readonly mask: string | undefined };
  readonly label: string | undefined;
  readonly split: string | undefined;
  /** Rows of one group, such as one patient, are not independent; its image where the set has no groups. */
  readonly group: string;
  /** Of the image as it lies in the folder. */
  readonly pixelSize: PixelSize | undefined;
  /** True measurements by column, such as head_circumference_mm. */
  readonly measures: Readonly<Record<string, number>>;
  /** What else stands in the index, by column; an empty cell is left out. */
  readonly cells: Readonly<Record<string, string | undefined>>;
}

/**
 * A folder with an index.csv of columns image, mask or label, and perhaps id, split and group; or with a folder for
 * each label.
 */
export interface DataSet {
  /** The folder's name. */
  readonly name: string;
  readonly rows: readonly Row[];
  /** Whether any row has one. A set may hold both: masks for segmentation, labels for classification. */
  readonly hasMasks: boolean;
  readonly hasLabels: boolean;
  /** Other columns of the index, in which numbers, points or several labels may stand. */
  readonly columns: readonly string[];
  /** What was assumed, in sentences. */
  readonly notes: readonly string[];
}

/** Reads a set's index; a fault in it is a CommandError, as is one with nothing to compare with. */
export async function readDataSet(folder: string): Promise<DataSet> {
  const { rows, notes } = await readRows(folder);
  const set = {
    name: basename(resolve(folder)),
    ...{ rows, notes },
    hasMasks: rows.some(({ mask }) => mask !== undefined),
    hasLabels: rows.some(({ label }) => label !== undefined),
    columns: [...new Set(rows.flatMap(({ cells }) => Object.keys(cells)))],
  };
  if (set.hasMasks || set.hasLabels || set.columns.length > 0) return set;
  throw new CommandError(
    `${join(folder, 'index.csv')} has neither a mask nor a label: there is nothing to compare with.`,
  );
}

/** The rows of a folder's index, of which none need have a mask or a label. */
export async function readRows(folder: string): Promise<Pick<DataSet, 'rows' | 'notes'>> {
  const path = join(folder, 'index.csv');
  const bytes = await readFile(path).catch((error: unknown) => {
    if (hasNoFile(error)) return undefined;
    // Else its labels would be taken from folders, and its splits be lost.
    throw new CommandError(`${path}: ${explainReadError(error, path).message}`);
  });
  if (!bytes) return readFolderRows(folder);
  const records = parseIndex(bytes, path);
  if (records.length === 0) throw new CommandError(`${path} lists no images.`);
  checkIds(records, path);
  return { rows: records.map((fields, index) => toRow(fields, index, folder)), notes: [] };
}

/** Whether there is no such file, nor a folder that it would be in. */
function hasNoFile(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

/** The rows of a folder without an index, whose folders are labels. */
async function readFolderRows(folder: string): Promise<Pick<DataSet, 'rows' | 'notes'>> {
  const { files, notes } = await readLabelFolders(folder);
  const rows = files.map(({ file, label, split }) => ({ ...imageRow(folder, file), label, split }));
  return { rows, notes };
}

/** A row of an image of which nothing else is known. */
export function imageRow(folder: string, file: string): Row {
  return {
    ...{ id: file, image: resolve(folder, file), mask: undefined, listed: { image: file, mask: undefined } },
    ...{ label: undefined, split: undefined, group: file, pixelSize: undefined, measures: {}, cells: {} },
  };
}

/** An id names one image: a row that stands there twice would count twice. */
function checkIds(records: readonly Fields[], path: string): void {
  const firstRows = new Map<string, number>();
  for (const [index, { id = '' }] of records.entries()) {
    const first = firstRows.get(id);
    if (id !== '' && first !== undefined) {
      throw new CommandError(
        `${path} has one id twice, in rows ${first} and ${index + 1}. Take one of them out, or give each image ` +
          'an id of its own.',
      );
    }
    firstRows.set(id, index + 1);
  }
}

/** Columns with a meaning of their own. */
const KNOWN: readonly string[] = ['id', 'image', 'mask', 'label', 'split', 'group'];

function toRow(fields: Fields, index: number, folder: string): Row {
  const field = (name: string): string | undefined => (fields[name] === '' ? undefined : fields[name]);
  const path = (name: string): string | undefined => {
    const value = field(name);
    // An index that was written on Windows is read anywhere.
    return value === undefined ? undefined : resolve(folder, value.replaceAll('\\', '/'));
  };
  const listed = field('image');
  return {
    id: field('id') ?? listed ?? `row ${index + 1}`,
    image: path('image'),
    mask: path('mask'),
    listed: { image: listed, mask: field('mask') },
    label: field('label'),
    split: field('split'),
    group: field('group') ?? listed?.replaceAll('\\', '/') ?? `row ${index + 1}`,
    pixelSize: readPixelSize(fields, index + 1),
    measures: readMeasures(fields, index + 1),
    cells: Object.fromEntries(Object.entries(fields).filter(([name, text]) => !KNOWN.includes(name) && text !== '')),
  };
}
