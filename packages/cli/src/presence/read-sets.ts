import { access, readdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { HeadDescription } from '@medzoo/core';
import { CommandError } from '../command-error.js';
import { readDataSet, type DataSet } from '../evaluation/set/data-set.js';
import { describeError } from '../describe-error.js';
import type { Selection } from '../evaluation/set/select-rows.js';
import { selectAsTrained } from '../evaluation/set/split-as-trained.js';

export interface ReadSets {
  /** The folder's name. */
  readonly name: string;
  readonly sets: readonly DataSet[];
  readonly warnings: readonly string[];
}

/**
 * Reads each folder in `folder` that has an index.csv; a fault in one is a CommandError that names it. The sets have
 * the rows to take only, with ids and groups that are distinct from those of other sets. `heads` are those that may be
 * asked: of a set that one learnt from, no image of its training is taken.
 */
export async function readSets(
  folder: string,
  heads: readonly Pick<HeadDescription, 'manifest' | 'trained'>[],
  selection: Selection & { readonly head: string | undefined },
): Promise<ReadSets> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => {
    throw new CommandError(`There is no folder ${folder}.`);
  });
  const sets: DataSet[] = [];
  const warnings: string[] = [];
  for (const { name } of entries.filter((entry) => !entry.isFile()).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, name);
    if (!(await hasIndex(path))) continue;
    const { set, warnings: told } = await readSet(path, heads, selection);
    sets.push(set);
    warnings.push(...told.map((warning) => `${name}: ${warning}`));
  }
  if (sets.length > 1) return { name: basename(resolve(folder)), sets, warnings };
  throw new CommandError(
    `Presence needs several sets, to see what else there is: folders with an index.csv in ${folder}; there are ` +
      `${sets.length}.`,
  );
}

async function readSet(
  path: string,
  heads: Parameters<typeof readSets>[1],
  selection: Parameters<typeof readSets>[2],
): Promise<{ readonly set: DataSet; readonly warnings: readonly string[] }> {
  const name = basename(path);
  try {
    const set = await readDataSet(path);
    const { rows, warnings } = selectAsTrained(set, heads, selection);
    const named = rows.map((row) => ({ ...row, id: `${name}/${row.id}`, group: `${name}/${row.group}` }));
    return { set: { ...set, rows: named }, warnings };
  } catch (error) {
    throw new CommandError(`${name}: ${describeError(error)}`);
  }
}

function hasIndex(path: string): Promise<boolean> {
  return access(join(path, 'index.csv')).then(
    () => true,
    () => false,
  );
}
