import type { Size } from '@medzoo/core';
import { CommandError } from '../command-error.js';
import { describeError } from '../describe-error.js';
import { readImage } from '../read-image.js';
import type { Row } from './data-set.js';
import { readTruth, type Truth } from './read-truth.js';

/** The bytes of a row's image. */
export function readRowImage(row: Row): Promise<Uint8Array> {
  return readListed(row, 'image', readImage);
}

/** A row's truth mask at its image's size. */
export function readRowTruth(row: Row, size: Size): Promise<Truth> {
  return readListed(row, 'mask', (path) => readTruth(path, size));
}

/** An error says which file it is about, as the index has it. */
async function readListed<T>(row: Row, column: 'image' | 'mask', read: (path: string) => Promise<T>): Promise<T> {
  const path = row[column];
  if (path === undefined) throw new CommandError(`It has no ${column} in the index.`);
  try {
    return await read(path);
  } catch (error) {
    throw new CommandError(`Its ${column} ${row.listed[column]}: ${describeError(error)}`);
  }
}
