/** A tiny writer of data sets, for tests: each file holds just the trap that it is made for. */
export type Value = string | readonly number[] | Uint8Array | readonly (readonly Entry[])[];
/** Tag in eight hexadecimal digits, value representation, value; items of a sequence are lists of entries. */
export type Entry = readonly [tag: string, vr: string, value: Value];

export interface Writing {
  readonly syntax?: string;
  readonly explicit?: boolean;
  readonly littleEndian?: boolean;
  readonly preamble?: boolean;
  readonly meta?: boolean;
}

export const SYNTAX = {
  implicit: '1.2.840.10008.1.2',
  explicit: '1.2.840.10008.1.2.1',
  deflated: '1.2.840.10008.1.2.1.99',
  big: '1.2.840.10008.1.2.2',
  jpeg: '1.2.840.10008.1.2.4.50',
  lossless: '1.2.840.10008.1.2.4.57',
  rle: '1.2.840.10008.1.2.5',
  mpeg: '1.2.840.10008.1.2.4.102',
} as const;

const LONG = new Set('OB OD OF OL OV OW SQ SV UC UN UR UT UV'.split(' '));
const BYTES: Readonly<Record<string, number>> = { US: 2, SS: 2, UL: 4, FL: 4, FD: 8, OW: 2, OB: 1 };

/** A file: preamble, meta group and data set as asked for; the default is Explicit VR Little Endian. */
export function writeDicom(entries: readonly Entry[], writing: Writing = {}): Uint8Array {
  const { syntax = SYNTAX.explicit, preamble = true, meta = true } = writing;
  const explicit = writing.explicit ?? syntax !== SYNTAX.implicit;
  const littleEndian = writing.littleEndian ?? syntax !== SYNTAX.big;
  const head = preamble ? [new Uint8Array(128), latin('DICM')] : [];
  const group = meta ? [writeEntries([['00020010', 'UI', syntax]], true, true)] : [];
  return concat([...head, ...group, writeEntries(entries, explicit, littleEndian)]);
}

export function writeEntries(entries: readonly Entry[], explicit: boolean, littleEndian: boolean): Uint8Array {
  return concat(entries.map((entry) => writeEntry(entry, explicit, littleEndian)));
}

function writeEntry([tag, vr, value]: Entry, explicit: boolean, littleEndian: boolean): Uint8Array {
  const isFragments = tag === '7fe00010' && vr === 'SQ';
  const body = vr === 'SQ' ? writeItems(value, explicit, littleEndian) : padded(writeValue(vr, value, littleEndian));
  const length = isFragments ? 0xffffffff : body.length;
  const named = isFragments ? 'OB' : vr;
  const header = [...tagBytes(tag, littleEndian)];
  if (!explicit) header.push(...uint(length, 4, littleEndian));
  else if (LONG.has(named)) header.push(...latin(named), 0, 0, ...uint(length, 4, littleEndian));
  else header.push(...latin(named), ...uint(length, 2, littleEndian));
  const end = isFragments ? [...tagBytes('fffee0dd', littleEndian), 0, 0, 0, 0] : [];
  return concat([Uint8Array.from(header), body, Uint8Array.from(end)]);
}

function writeItems(value: Value, explicit: boolean, littleEndian: boolean): Uint8Array {
  const items = value as readonly (readonly Entry[] | Uint8Array)[];
  return concat(
    items.map((item) => {
      const body = item instanceof Uint8Array ? padded(item) : writeEntries(item, explicit, littleEndian);
      return concat([
        Uint8Array.from([...tagBytes('fffee000', littleEndian), ...uint(body.length, 4, littleEndian)]),
        body,
      ]);
    }),
  );
}

/** Encapsulated pixel data: `table` is the offset table, empty by default. */
export function fragments(pieces: readonly Uint8Array[], table: Uint8Array = new Uint8Array()): Entry {
  return ['7fe00010', 'SQ', [table, ...pieces] as never];
}

function writeValue(vr: string, value: Value, littleEndian: boolean): Uint8Array {
  if (typeof value === 'string') return latin(value);
  if (value instanceof Uint8Array) return value;
  const size = BYTES[vr] ?? 1;
  const numbers = value as readonly number[];
  const bytes = new Uint8Array(numbers.length * size);
  const view = new DataView(bytes.buffer);
  numbers.forEach((number, index) => {
    if (vr === 'FL') view.setFloat32(index * 4, number, littleEndian);
    else if (vr === 'FD') view.setFloat64(index * 8, number, littleEndian);
    else if (size === 2) view.setUint16(index * 2, number & 0xffff, littleEndian);
    else if (size === 4) view.setUint32(index * 4, number, littleEndian);
    else view.setUint8(index, number);
  });
  return bytes;
}

function tagBytes(tag: string, littleEndian: boolean): number[] {
  return [
    ...uint(Number.parseInt(tag.slice(0, 4), 16), 2, littleEndian),
    ...uint(Number.parseInt(tag.slice(4), 16), 2, littleEndian),
  ];
}

function uint(value: number, size: number, littleEndian: boolean): number[] {
  const bytes = Array.from({ length: size }, (_, index) => Math.floor(value / 2 ** (8 * index)) & 255);
  return littleEndian ? bytes : bytes.reverse();
}

function padded(bytes: Uint8Array): Uint8Array {
  return bytes.length % 2 === 0 ? bytes : concat([bytes, Uint8Array.of(0)]);
}

export function latin(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/**
 * The Image Pixel module of a grey image, 3 columns by 2 rows unless said otherwise; later entries of a tag replace
 * earlier ones.
 */
export function imageEntries(
  own: readonly Entry[],
  { bits = 16, stored = bits }: { readonly bits?: number; readonly stored?: number } = {},
): readonly Entry[] {
  const defaults: readonly Entry[] = [
    ['00080016', 'UI', '1.2.840.10008.5.1.4.1.1.7'],
    ['00080060', 'CS', 'OT'],
    ['00280002', 'US', [1]],
    ['00280004', 'CS', 'MONOCHROME2'],
    ['00280010', 'US', [2]],
    ['00280011', 'US', [3]],
    ['00280100', 'US', [bits]],
    ['00280101', 'US', [stored]],
    ['00280102', 'US', [stored - 1]],
    ['00280103', 'US', [0]],
  ];
  const byTag = new Map([...defaults, ...own].map((entry) => [entry[0], entry]));
  return [...byTag.values()].sort(([one], [other]) => (one < other ? -1 : 1));
}
