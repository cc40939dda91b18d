import type { MaskMeasurements, PixelSize } from '@medzoo/core';
import { CommandError } from '../../command-error.js';

/** A row of an index by column. */
export type Fields = Readonly<Record<string, string | undefined>>;

/**
 * What a column is compared with, by how its name ends: `head_circumference_mm` with the circumference of the fitted
 * ellipse.
 */
const MEASURES: Readonly<Record<string, (found: MaskMeasurements) => number>> = {
  circumference_mm: ({ ellipse }) => ellipse?.circumference ?? 0,
  diameter_mm: ({ longestDiameter }) => longestDiameter?.length ?? 0,
  perimeter_mm: ({ perimeter }) => perimeter,
  area_mm2: ({ area }) => area,
};

/** Whether a column of an index holds true measurements. */
export function isMeasure(column: string): boolean {
  return suffixOf(column) !== undefined;
}

/** What a mask measures, as the column has it; an empty mask measures 0. */
export function measureAs(column: string, found: MaskMeasurements): number {
  return MEASURES[suffixOf(column) ?? '']!(found);
}

/** The true measurements of a row, counted from 1; a fault in one is a CommandError. */
export function readMeasures(fields: Fields, row: number): Record<string, number> {
  const columns = Object.keys(fields).filter((column) => isMeasure(column) && fields[column] !== '');
  return Object.fromEntries(columns.map((column) => [column, readNumber(fields, column, row)]));
}

/**
 * The size of a pixel of the image in the folder: `pixel_size_x_mm` and `pixel_size_y_mm`, or `pixel_size_mm`. Where an
 * index keeps the size before and after a resize, the one after it is `pixel_size_mm_prepared`. Undefined where there
 * is none.
 */
export function readPixelSize(fields: Fields, row: number): PixelSize | undefined {
  const column = ['pixel_size_mm_prepared', 'pixel_size_mm'].find((name) => (fields[name] ?? '') !== '');
  if (column !== undefined) {
    const length = readNumber(fields, column, row);
    return { x: length, y: length };
  }
  const [x, y] = ['pixel_size_x_mm', 'pixel_size_y_mm'].map((name) => fields[name] ?? '');
  if (x === '' && y === '') return undefined;
  return { x: readNumber(fields, 'pixel_size_x_mm', row), y: readNumber(fields, 'pixel_size_y_mm', row) };
}

function suffixOf(column: string): string | undefined {
  return Object.keys(MEASURES).find((suffix) => column === suffix || column.endsWith(`_${suffix}`));
}

function readNumber(fields: Fields, column: string, row: number): number {
  const text = fields[column] ?? '';
  const value = Number(text);
  if (text !== '' && Number.isFinite(value) && value > 0) return value;
  const found = text === '' ? 'nothing' : Number.isNaN(value) ? 'text' : `${value}`;
  throw new CommandError(
    `index.csv, row ${row}: Expected a number above 0 in ${column}, such as 0.25; got ${found}. Mend that row.`,
  );
}
