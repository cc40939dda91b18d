import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';

/** Columns that hold paths, from the folder of the index. */
const PATHS = ['image', 'mask'];

/**
 * Of a folder of negatives one half is trained on, by the hash of the group (tools/train, data/nothing.py). This is the
 * index of the other half, which is measured, with paths that hold from any folder. Throws for a row with neither a
 * group nor an id.
 */
export function halveIndex(index: Uint8Array | string, folder: string): string {
  const rows = parse<Record<string, string>>(index, { bom: true, columns: true, skip_empty_lines: true });
  const measured = rows.filter((row, place) => {
    const group = [row.group, row.id].find((cell) => cell !== undefined && cell !== '');
    if (group === undefined)
      throw new Error(`${folder}/index.csv: row ${place + 1} has neither a group nor an id to be halved by.`);
    return createHash('md5').update(group).digest()[0]! % 2 === 1;
  });
  const located = measured.map((row) => ({
    ...row,
    ...Object.fromEntries(PATHS.filter((column) => row[column]).map((column) => [column, join(folder, row[column]!)])),
  }));
  return stringify(located, { header: true, columns: Object.keys(rows[0] ?? {}) });
}
