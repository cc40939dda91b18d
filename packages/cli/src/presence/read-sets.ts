import { access, readdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { CommandError } from '../command-error.js';
import { readDataSet, type DataSet } from '../evaluation/data-set.js';
import { describeError } from '../describe-error.js';
import { selectRows, type Selection } from '../evaluation/select-rows.js';

/**
 * Reads each folder in `folder` that has an index.csv; a fault in one is a CommandError that names it. The sets have
 * the rows to take only, with ids and groups that are distinct from those of other sets.
 */
export async function readSets(
  folder: string,
  selection: Selection,
): Promise<{ readonly name: string; readonly sets: readonly DataSet[] }> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => {
    throw new CommandError(`There is no folder ${folder}.`);
  });
  const sets: DataSet[] = [];
  for (const { name } of entries.filter((entry) => !entry.isFile()).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, name);
    if (await hasIndex(path)) sets.push(await readSet(path, selection));
  }
  if (sets.length > 1) return { name: basename(resolve(folder)), sets };
  throw new CommandError(
    `Presence needs several sets, to see what else there is: folders with an index.csv in ${folder}; there are ${sets.length}.`,
  );
}

async function readSet(path: string, selection: Selection): Promise<DataSet> {
  const name = basename(path);
  try {
    const set = await readDataSet(path);
    const { rows } = selectRows(set.rows, selection);
    return {
      ...set,
      rows: rows.map((row) => ({ ...row, id: `${name}/${row.id}`, group: `${name}/${row.group}` })),
    };
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
