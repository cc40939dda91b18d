import type { DataSet } from '../parse/data-set.js';
import { readBytes, readNumbers, type Tag } from '../parse/read-values.js';
import { invalidImage } from '../refuse.js';

/**
 * A table of values: `first` is the stored value of entry 0; values below and above it take the first and last entry.
 */
export interface LookupTable {
  readonly first: number;
  readonly bits: number;
  readonly entries: Uint16Array;
}

/** A Modality or VOI LUT, or one channel of a palette. `isSigned` says how its first value is to be read. */
export function readLut(
  dataSet: DataSet,
  descriptor: Tag,
  data: Tag,
  { isSigned, littleEndian }: { readonly isSigned: boolean; readonly littleEndian: boolean },
): LookupTable | undefined {
  const [declared, , bits = 16] = readNumbers(dataSet, descriptor, 'uint16');
  const first = readNumbers(dataSet, descriptor, isSigned ? 'int16' : 'uint16')[1];
  const element = dataSet.elements[data];
  if (declared === undefined || first === undefined || !element) return undefined;
  // 65536 does not fit 16 bits and is written as 0.
  const length = declared === 0 ? 65_536 : declared;
  const bytes = readBytes(dataSet, element);
  return { first, bits, entries: readEntries(bytes, length, bits, littleEndian) };
}

/** Entries of 8 bits are written one a byte, one a word, or two a word. */
export function readEntries(bytes: Uint8Array, length: number, bits: number, littleEndian: boolean): Uint16Array {
  if (bytes.length >= length * 2) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return Uint16Array.from({ length }, (_, index) => view.getUint16(index * 2, littleEndian));
  }
  if (bits > 8 || bytes.length < length)
    throw invalidImage('A lookup table is shorter than it says: the file is damaged. Send it again.');
  return Uint16Array.from({ length }, (_, index) => bytes[littleEndian ? index : index ^ 1]!);
}

/** The entry of a value, clamped to the table. */
export function lookUp({ first, entries }: LookupTable, value: number): number {
  const index = Math.round(value) - first;
  return entries[index <= 0 ? 0 : Math.min(index, entries.length - 1)]!;
}
