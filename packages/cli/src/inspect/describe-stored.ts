import { createHash } from 'node:crypto';
import { endianness } from 'node:os';
import type { StoredPixels } from '@medzoo/core';

/** A frame's stored values in numbers, to compare with what others read of the same file. */
export interface StoredValues {
  /** Such as int16, as numpy calls it. */
  readonly dtype: string;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  /** Of the values in little endian, row by row, the samples of a pixel beside one another. */
  readonly sha256: string;
}

export function describeStored({ data, dtype }: StoredPixels): StoredValues {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let sum = 0;
  for (const value of data) {
    if (value < min) min = value;
    if (value > max) max = value;
    sum += value;
  }
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const ordered = endianness() === 'LE' ? bytes : swap(bytes, data.BYTES_PER_ELEMENT);
  return { dtype, min, max, mean: sum / data.length, sha256: createHash('sha256').update(ordered).digest('hex') };
}

function swap(bytes: Buffer, size: number): Buffer {
  if (size === 1) return bytes;
  const copy = Buffer.from(bytes);
  if (size === 2) return copy.swap16();
  return size === 4 ? copy.swap32() : copy.swap64();
}
