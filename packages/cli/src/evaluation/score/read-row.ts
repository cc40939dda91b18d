import { CommandError } from '../../command-error.js';
import { describeError } from '../../describe-error.js';
import { readImage } from '../../files/read-image.js';
import type { ReadingOptions } from '../../files/reading-options.js';
import { readTruth, readValueTruth, type Truth } from '../../truth/read-truth.js';
import { seeImage } from '../../truth/see-image.js';
import type { Row } from '../set/data-set.js';

/** The bytes of a row's image. */
export function readRowImage(row: Row): Promise<Uint8Array> {
  return readListed(row, 'image', readImage);
}

/**
 * A row's truth mask at the size of its image, which is given as the bytes of its file. `value`: where the mask holds a
 * number for each of several targets, that of the target.
 */
export async function readRowTruth(
  row: Row,
  image: Uint8Array,
  reading: ReadingOptions,
  value?: number,
): Promise<Truth> {
  const seen = await seeImage(image, reading);
  const read = (path: string) => (value === undefined ? readTruth(path, seen) : readValueTruth(path, seen, value));
  return readListed(row, 'mask', read);
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
