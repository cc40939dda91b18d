import { styleText } from 'node:util';
import Table from 'cli-table3';
import stringWidth from 'string-width';

export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
}

/** Text, or text across several columns. */
export type Cell = string | { readonly colSpan: number; readonly content: string };

const LINES = ['top', 'bottom', 'left', 'right', 'mid'].flatMap((side) => [
  side,
  `${side}-mid`,
  `${side}-left`,
  `${side}-right`,
]);
const NO_LINES = Object.fromEntries([...LINES, 'mid-mid', 'middle'].map((name) => [name, '']));
const PADDING = 2;
/** Text across several columns is never squeezed into less. */
const LEAST_SPAN = 40;

/**
 * Rows under dim titles, in columns without lines: it reads well in a terminal and in a log. Columns are as wide as
 * what stands in them; text across several, up to the last one, goes on in the next line where it reaches `width`, that
 * of the terminal. In a file it stays in one line, for those who search it.
 */
export function formatTable(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  width = widthOfTerminal(),
): string {
  const widths = columns.map(({ title }, index) => PADDING + Math.max(stringWidth(title), widest(rows, index)));
  const room = findRoom(rows, widths, width);
  const table = new Table({
    head: [...columns.map(({ title }) => styleText('dim', title)), ''],
    colAligns: [...columns.map(({ align }) => align ?? 'left'), 'left'],
    colWidths: [...widths, room],
    wordWrap: true,
    chars: NO_LINES,
    style: { head: [], border: [], 'padding-left': PADDING, 'padding-right': 0 },
  });
  table.push(...rows.map((row) => fillRow(row, columns.length)));
  return table.toString().replaceAll(/ +$/gm, '');
}

/** Infinity where a file or a pipe gets the text. */
function widthOfTerminal(): number {
  return process.stdout.isTTY ? process.stdout.columns : Infinity;
}

/** The widest text that stands in one column alone. */
function widest(rows: readonly (readonly Cell[])[], index: number): number {
  return rows.reduce((most, row) => {
    const cell = row[index];
    return typeof cell === 'string' ? Math.max(most, stringWidth(cell)) : most;
  }, 0);
}

/** What text across several columns needs beside them, or may have: a column of its own, without a title. */
function findRoom(rows: readonly (readonly Cell[])[], widths: readonly number[], width: number): number {
  const sum = (parts: readonly number[]): number => parts.reduce((total, part) => total + part, 0);
  const left = width - sum(widths);
  const rooms = rows.flatMap((row) => row.map((cell) => (typeof cell === 'string' ? 0 : roomFor(cell))));
  return Math.max(PADDING, ...rooms);

  function roomFor({ colSpan, content }: Exclude<Cell, string>): number {
    const own = sum(widths.slice(-colSpan)) - PADDING;
    return Math.min(stringWidth(content) - own, Math.max(left, LEAST_SPAN - own));
  }
}

/** Cells of all columns and of the room beside them, which text up to the last column takes too. */
function fillRow(row: readonly Cell[], columns: number): Cell[] {
  const spanOf = (cell: Cell): number => (typeof cell === 'string' ? 1 : cell.colSpan);
  const last = row.at(-1);
  const taken = row.reduce((sum, cell) => sum + spanOf(cell), 0);
  if (last !== undefined && typeof last !== 'string' && taken === columns)
    return [...row.slice(0, -1), { ...last, colSpan: last.colSpan + 1 }];
  return [...row, ...Array.from({ length: columns + 1 - taken }, () => '')];
}
