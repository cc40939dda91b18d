/** What a cell holds; null is an empty one. */
export type Cell = string | number | null;

/** A row after RFC 4180, with its line break. */
export function csvRow(cells: readonly Cell[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

/**
 * Texts that a spreadsheet would run as a formula get an apostrophe in front (OWASP, CSV injection): labels and names
 * of images come from strangers. Numbers are written as they are, also negative ones.
 */
function csvCell(value: Cell): string {
  if (value === null) return '';
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : '';
  const safe = /^[\s\0]*[=+\-@\uFF0B\uFF0D\uFF1D\uFF20]|^[\t\r\n]/u.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe;
}
