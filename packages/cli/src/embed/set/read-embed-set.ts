import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CommandError } from '../../command-error.js';
import { readDataSet, type Row } from '../../evaluation/set/data-set.js';
import { sayUngrouped } from '../../evaluation/set/say-ungrouped.js';
import { checkNamed, distinct } from '../../evaluation/set/select-rows.js';
import { countOf } from '../../terminal/format.js';
import { listNames } from '../../terminal/list-names.js';
import { assignSplits, drawAllSplits, TRAIN, type Shares } from './assign-splits.js';
import { checkSpelling, checkSplits } from './check-spelling.js';
import { digestSeen } from './digest-seen.js';
import type { EmbedRow, EmbedSet } from './embed-row.type.js';
import { readLabelFolders } from '../../evaluation/set/read-label-folders.js';

const VAL_SHARES: Shares = { val: 0.15 };

type Unsplit = Omit<EmbedRow, 'split'> & { readonly split: string | undefined };

/**
 * The images of a folder: by its index.csv, else by folders whose names are labels. Rows without a split get one, drawn
 * with `seed`. `splits`, where given, are the only ones that are kept. A fault is a CommandError.
 */
export async function readEmbedSet(
  folder: string,
  { seed, splits }: { readonly seed: number; readonly splits?: readonly string[] | undefined },
): Promise<EmbedSet> {
  const { rows, notes } = existsSync(join(folder, 'index.csv')) ? await readIndex(folder) : await readFolders(folder);
  checkSpelling(rows.map(({ label }) => label));
  const { named, note } = nameSplits(rows, seed);
  const about = { isDrawn: rows.every(({ split }) => split === undefined), seen: digestSeen(named) };
  const all = [...notes, ...(note === undefined ? [] : [note])];
  if (splits === undefined) return { rows: named, ...about, notes: all };
  const there = distinct(named.map(({ split }) => split));
  const unknown = splits.find((split) => !there.includes(split));
  if (unknown !== undefined) {
    throw new CommandError(`The set has no split "${unknown}". There are ${listNames(there)}.`);
  }
  return { rows: named.filter(({ split }) => splits.includes(split)), ...about, notes: all };
}

async function readIndex(folder: string): Promise<{ rows: Unsplit[]; notes: string[] }> {
  const set = await readDataSet(folder);
  const listed = set.rows.filter(({ image }) => image !== undefined);
  const numeric = findNumeric(listed);
  const rows = listed.map(
    ({ image, mask, listed: { image: file, mask: maskFile }, label, split, group, cells }): Unsplit => ({
      cells: Object.fromEntries(Object.entries(cells).filter(([name]) => numeric.has(name))),
      file: file!.replaceAll('\\', '/'),
      path: image!,
      label,
      split,
      mask: maskFile?.replaceAll('\\', '/'),
      maskPath: mask,
      group,
    }),
  );
  const without = set.rows.length - listed.length;
  return {
    rows,
    notes: [
      ...(without > 0 ? [`Left out, without an image in the index: ${countOf(without, 'row')}.`] : []),
      ...sayUngrouped(listed),
    ],
  };
}

/**
 * Columns in which a number stands: what a head may be trained to say. Others, such as names and dates of patients, are
 * not passed on. One of numbers in which here and there stands text is passed on, and the trainer refuses the text.
 */
function findNumeric(rows: readonly Row[]): ReadonlySet<string> {
  const cells = rows.flatMap((row) => Object.entries(row.cells));
  return new Set(cells.filter(([, text]) => text !== undefined && Number.isFinite(Number(text))).map(([name]) => name));
}

async function readFolders(folder: string): Promise<{ rows: Unsplit[]; notes: string[] }> {
  const { files, notes } = await readLabelFolders(folder);
  const rows = files.map(({ file, label, split }): Unsplit => ({
    ...{ file, path: join(folder, file), label, split, group: file },
    ...{ mask: undefined, maskPath: undefined, cells: {} },
  }));
  return { rows, notes: [...notes] };
}

/** Training needs images to learn from and others to choose by: where the index has no such split, it is drawn. */
function nameSplits(rows: readonly Unsplit[], seed: number): { named: EmbedRow[]; note?: string } {
  const there = distinct(rows.map(({ split }) => split));
  if (there.length === 0) {
    const drawn = drawAllSplits(rows, seed);
    const named = rows.map((row, index) => ({ ...row, split: drawn[index]! }));
    const note =
      `Splits are drawn with seed ${seed}: 70 % train, 15 % val, 15 % test of each label's groups. ` +
      'Where a patient has several images, name the patient in a column group of index.csv.';
    return { named, note };
  }
  checkSplits(there);
  checkNamed(rows);
  const named = rows.map((row) => ({ ...row, split: row.split! }));
  if (!there.includes(TRAIN) || there.includes('val')) return { named };
  const learnt = named.filter(({ split }) => split === TRAIN);
  const drawn = assignSplits(learnt, VAL_SHARES, seed);
  const splitOf = new Map(learnt.map((row, index) => [row, drawn[index]!]));
  const note = `The set has no split val: 15 % of train are drawn for it, by label and group, with seed ${seed}.`;
  return { named: named.map((row) => ({ ...row, split: splitOf.get(row) ?? row.split })), note };
}
