import type { ImageHeader } from '../describe/image-header.js';
import type { DataSet, ParsedFile } from '../parse/data-set.js';
import { readBytes, readNumbers, type Tag } from '../parse/read-values.js';
import type { StoredArray } from '@medzoo/core/contract';
import { invalidImage } from '../refuse.js';
import { readLut, type LookupTable } from './read-lut.js';

/** Tags of a channel: descriptor, plain data, segmented data (PS3.3, C.7.9). */
const CHANNELS: readonly (readonly [Tag, Tag, Tag])[] = [
  ['x00281101', 'x00281201', 'x00281221'],
  ['x00281102', 'x00281202', 'x00281222'],
  ['x00281103', 'x00281203', 'x00281223'],
];

/** uint8 [rows, columns, 3] of PALETTE COLOR values. */
export function applyPalette(stored: StoredArray, file: ParsedFile, header: ImageHeader): Uint8Array {
  const channels = CHANNELS.map((tags) => readChannel(file, header, tags));
  const rgb = new Uint8Array(stored.length * 3);
  channels.forEach((channel, offset) => {
    const bytes = channelBytes(channel);
    for (let index = 0; index < stored.length; index += 1) {
      const at = stored[index]! - channel.first;
      rgb[index * 3 + offset] = bytes[at <= 0 ? 0 : Math.min(at, bytes.length - 1)]!;
    }
  });
  return rgb;
}

function readChannel(
  file: ParsedFile,
  { signed }: ImageHeader,
  [descriptor, plain, segmented]: readonly [Tag, Tag, Tag],
): LookupTable {
  const { dataSet, encoding } = file;
  const options = { isSigned: signed, littleEndian: encoding.littleEndian };
  const table = readLut(dataSet, descriptor, plain, options) ?? readSegmented(dataSet, descriptor, segmented, options);
  if (!table || table.entries.length === 0)
    throw invalidImage('PALETTE COLOR needs a table for red, green and blue; one is missing.');
  return table;
}

/** Entries to 0..255. A table that declares 16 bits and holds values of 8 (a known mistake) is read as 8. */
function channelBytes({ entries, bits }: LookupTable): Uint8Array {
  const isWide = bits > 8 && entries.some((entry) => entry > 255);
  return Uint8Array.from(entries, (entry) => (isWide ? entry >> 8 : entry & 255));
}

/** An entry takes three words at most, as a discrete segment of its own; more are not looked at. */
const MOST_WORDS = 4 * 65_536;

/** Segmented Palette Color Lookup Table Data (PS3.3, C.7.9.2): discrete, linear and indirect segments. */
function readSegmented(
  dataSet: DataSet,
  descriptor: Tag,
  tag: Tag,
  { isSigned, littleEndian }: { readonly isSigned: boolean; readonly littleEndian: boolean },
): LookupTable | undefined {
  const [declared, , bits = 16] = readNumbers(dataSet, descriptor, 'uint16');
  const first = readNumbers(dataSet, descriptor, isSigned ? 'int16' : 'uint16')[1];
  const element = dataSet.elements[tag];
  if (declared === undefined || first === undefined || !element) return undefined;
  const shape = { length: declared === 0 ? 65_536 : declared, bits, littleEndian };
  return { first, bits, entries: Uint16Array.from(expandSegments(readBytes(dataSet, element), shape).entries) };
}

interface SegmentedShape {
  /** How many entries the segments make. */
  readonly length: number;
  /** Of an entry. */
  readonly bits: number;
  readonly littleEndian: boolean;
}

/** Throws INVALID_IMAGE where the segments are damaged. Behind `usedBytes` no entry is made of anything. */
export function expandSegments(
  bytes: Uint8Array,
  { length, bits, littleEndian }: SegmentedShape,
): { readonly entries: readonly number[]; readonly usedBytes: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const bytesPerWord = bits > 8 ? 2 : 1;
  const words =
    bits > 8
      ? Array.from({ length: Math.min(bytes.length >> 1, MOST_WORDS) }, (_, at) => view.getUint16(at * 2, littleEndian))
      : Array.from(bytes.subarray(0, MOST_WORDS), (_, at) => bytes[littleEndian ? at : at ^ 1]!);
  const entries: number[] = [];
  let used = 0;
  const expand = (from: number, segments: number, isIndirect: boolean): void => {
    let at = from;
    for (let done = 0; done < segments && at + 1 < words.length && entries.length < length; done += 1) {
      const [kind = -1, count = 0] = [words[at], words[at + 1]];
      // Segments without entries could be called without end.
      if (count === 0) throw damaged();
      if (kind === 0) {
        entries.push(...words.slice(at + 2, at + 2 + count));
        at += 2 + count;
      } else if (kind === 1) {
        const start = entries.at(-1);
        const end = words[at + 2];
        if (start === undefined || end === undefined) throw damaged();
        for (let step = 1; step <= count; step += 1) entries.push(Math.round(start + ((end - start) * step) / count));
        at += 3;
      } else if (kind === 2 && !isIndirect) {
        const offset = bytesPerWord === 2 ? words[at + 2]! + words[at + 3]! * 0x10000 : littleOffset(words, at + 2);
        expand(Math.floor(offset / bytesPerWord), count, true);
        at += bytesPerWord === 2 ? 4 : 6;
      } else {
        throw damaged();
      }
      used = Math.max(used, at);
    }
  };
  expand(0, Number.POSITIVE_INFINITY, false);
  if (entries.length < length) throw damaged();
  return { entries: entries.slice(0, length), usedBytes: used * bytesPerWord };
}

function littleOffset(words: readonly number[], at: number): number {
  return words[at]! + words[at + 1]! * 2 ** 8 + words[at + 2]! * 2 ** 16 + words[at + 3]! * 2 ** 24;
}

function damaged(): Error {
  return invalidImage('The segmented palette of this file is damaged. Send it again.');
}
