import type { DataSet } from '../parse/data-set.js';
import { readNumbers, type Tag } from '../parse/read-values.js';
import type { DataSetEncoding } from '../parse/sniff-dicom.js';
import { expandSegments } from '../view/palette.js';

/** Attributes of binary numbers, by how many bytes their values have together. */
const SIZES: readonly (readonly [number, string])[] = [
  [
    2,
    '00186012 00186014 00186024 00186026 00280002 00280006 00280010 00280011 00280014 00280100 00280101 00280102 ' +
      '00280103 00280106 00280107 00280108 00280109 00280110 00280111 00280120 00280121',
  ],
  [4, '00186016 00186018 0018601a 0018601c 0018601e 00186020 00186022 00209057 00280122 00280124'],
  [6, '00281101 00281102 00281103 00283002'],
  [8, '00186028 0018602a 0018602c 0018602e 00280123 00280125'],
];
const BYTES: ReadonlyMap<string, number> = new Map(
  SIZES.flatMap(([bytes, tags]) => tags.split(' ').map((tag) => [`x${tag}`, bytes])),
);
/** The same of overlays (60xx). */
const BYTES_OF_OVERLAY: Readonly<Record<string, number>> = {
  '0010': 2,
  '0011': 2,
  '0050': 4,
  '0051': 2,
  '0100': 2,
  '0102': 2,
};
/** Tables of up to 16 bits an entry, each with the attribute that says how many entries it has. */
const TABLES: Readonly<Record<string, Tag>> = {
  x00281201: 'x00281101',
  x00281202: 'x00281102',
  x00281203: 'x00281103',
  x00283006: 'x00283002',
};
/** Tables that are written as segments. */
const SEGMENTED: Readonly<Record<string, Tag>> = {
  x00281221: 'x00281101',
  x00281222: 'x00281102',
  x00281223: 'x00281103',
};
const MOST_ENTRIES = 65_536;
/** Groups of the attributes along which frames may follow one another, such as time or an angle. */
const GROUPS_OF_FRAMES: readonly number[] = [0x0018, 0x0020, 0x0028, 0x0054, 0x3004];

/**
 * The part of a binary value that is read: a text may stand behind the numbers, or in the place of them. `dataSet` is
 * what the value stands in. Other values come back as they are.
 */
export function fitValue(
  dataSet: DataSet,
  tag: string,
  value: Uint8Array,
  { littleEndian }: Pick<DataSetEncoding, 'littleEndian'>,
): Uint8Array {
  if (tag === 'x00280009') return pointsToFrames(dataSet) ? value : value.subarray(0, 0);
  const table = TABLES[tag];
  if (table) return value.subarray(0, bytesOfTable(readTableSize(dataSet, table), value.length));
  const segmented = SEGMENTED[tag];
  if (segmented)
    return value.subarray(0, bytesOfSegments(value, { ...readTableSize(dataSet, segmented), littleEndian }));
  return value.subarray(0, bytesOf(tag) ?? value.length);
}

function bytesOf(tag: string): number | undefined {
  return /^x60[01][02468ace]/.test(tag) ? BYTES_OF_OVERLAY[tag.slice(5)] : BYTES.get(tag);
}

interface TableSize {
  /** How many entries there are; 0 for a table that nobody can read. */
  readonly length: number;
  /** Of an entry. */
  readonly bits: number;
}

function readTableSize(dataSet: DataSet, size: Tag): TableSize {
  const [entries, , bits = 16] = readNumbers(dataSet, size, 'uint16');
  return { length: entries === 0 ? MOST_ENTRIES : (entries ?? 0), bits }; // 65,536 does not fit into 16 bits
}

/** Entries of 8 bits have a byte each where there is no room for two. */
function bytesOfTable({ length, bits }: TableSize, room: number): number {
  return bits <= 8 && room < 2 * length ? even(length) : 2 * length;
}

function bytesOfSegments(value: Uint8Array, shape: TableSize & Pick<DataSetEncoding, 'littleEndian'>): number {
  try {
    return even(expandSegments(value, shape).usedBytes);
  } catch {
    return 0; // damaged, and read by nobody
  }
}

/** The last byte of big-endian words is before the one that pads it. */
export function even(bytes: number): number {
  return bytes + (bytes % 2);
}

/** FrameIncrementPointer: tags, of which text is none. */
function pointsToFrames(dataSet: DataSet): boolean {
  const halves = readNumbers(dataSet, 'x00280009', 'uint16');
  return halves.every((half, index) => index % 2 === 1 || GROUPS_OF_FRAMES.includes(half));
}
