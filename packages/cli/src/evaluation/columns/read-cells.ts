import { CommandError } from '../../command-error.js';
import type { Row } from '../set/data-set.js';

/** The numbers of a row in these columns; undefined where one of them is empty. A fault in one is a CommandError. */
export function readCells({ cells }: Row, columns: readonly string[]): readonly number[] | undefined {
  const texts = columns.map((column) => cells[column]);
  if (texts.some((text) => text === undefined)) return undefined;
  return texts.map((text, index) => {
    const value = Number(text);
    if (Number.isFinite(value)) return value;
    throw new CommandError(
      `Expected a number in the column ${columns[index]!}, such as 12.5; got text. Mend that row.`,
    );
  });
}

/** Whether an image has a label: 1 or 0. Undefined for an empty cell, and for -1, which means "uncertain". */
export function readPresence(row: Row, column: string): boolean | undefined {
  const [value] = readCells(row, [column]) ?? [];
  if (value === undefined || value === -1) return undefined;
  if (value === 0 || value === 1) return value === 1;
  throw new CommandError(
    `Expected 1, 0 or, for what is uncertain, -1 in the column ${column}; got ${value}. Mend that row.`,
  );
}
