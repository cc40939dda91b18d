import type { ImageFile } from '../../contract/index.js';
import { damaged, unsupported } from '../decoding/decode-faults.js';
import { viewOf } from '../decoding/image-file.js';

/** How a TIFF writes its numbers. A BigTIFF has offsets and counts of 8 bytes. */
export interface TiffLayout {
  readonly isBig: boolean;
  readonly isLittleEndian: boolean;
}

/** One tag of a page, and where in the file its numbers lie. */
export interface TiffEntry {
  readonly count: number;
  /** Of one number; 0 for a type that nobody knows. */
  readonly itemBytes: number;
  /** Of the entry itself. */
  readonly entryAt: number;
  /** Of its first number: in the entry, or where that points. */
  readonly valuesAt: number;
}

/** One image file directory: a page of the file. */
export interface TiffPage {
  readonly directoryAt: number;
  readonly entryCount: number;
  readonly entries: ReadonlyMap<number, TiffEntry>;
}

export interface Tiff {
  readonly file: ImageFile;
  readonly layout: TiffLayout;
  readonly pages: readonly TiffPage[];
}

/** Ample for stacks; more is a file that was made to keep its reader busy. */
const MOST_PAGES = 4096;
/** Of all pages together; a page has about 20. */
const MOST_ENTRIES = 262_144;

const BYTES_BY_TYPE: Readonly<Record<number, number>> = {
  ...{ 1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8 },
};

/** Sizes of the parts of a directory, in bytes. */
export function directorySizes({ isBig }: TiffLayout): Readonly<Record<'count' | 'entry' | 'offset', number>> {
  return isBig ? { count: 8, entry: 20, offset: 8 } : { count: 2, entry: 12, offset: 4 };
}

/**
 * The directories of a TIFF in their order; those that a page itself points to (SubIFDs, EXIF) are none of its pages.
 */
export async function readTiff(file: ImageFile): Promise<Tiff> {
  const start = await readView(file, 0, 8);
  const isLittleEndian = start.getUint8(0) === 0x49;
  const layout = { isBig: start.getUint16(2, isLittleEndian) === 43, isLittleEndian };
  const pages: TiffPage[] = [];
  const seen = new Set<number>();
  let entries = 0;
  let at = layout.isBig ? await readOffset(file, layout, 8) : start.getUint32(4, isLittleEndian);
  while (at !== 0) {
    if (seen.has(at)) throw damaged('tiff', new Error('The chain of directories comes back to an earlier one.'));
    seen.add(at);
    if (pages.length === MOST_PAGES) throw tooMany(`more than ${MOST_PAGES} pages`);
    const { page, nextAt } = await readDirectory(file, layout, at, MOST_ENTRIES - entries);
    entries += page.entryCount;
    pages.push(page);
    at = nextAt;
  }
  if (pages.length === 0) throw damaged('tiff', new Error('There is no directory.'));
  return { file, layout, pages };
}

async function readDirectory(
  file: ImageFile,
  layout: TiffLayout,
  at: number,
  mostEntries: number,
): Promise<{ readonly page: TiffPage; readonly nextAt: number }> {
  const { isBig, isLittleEndian } = layout;
  const sizes = directorySizes(layout);
  const head = await readView(file, at, sizes.count);
  const entryCount = isBig ? toNumber(head.getBigUint64(0, isLittleEndian)) : head.getUint16(0, isLittleEndian);
  if (entryCount > mostEntries) throw tooMany(`more than ${MOST_ENTRIES} tags`);
  const body = await readView(file, at + sizes.count, entryCount * sizes.entry + sizes.offset);
  const entries = new Map<number, TiffEntry>();
  for (let index = 0; index < entryCount; index += 1) {
    const place = index * sizes.entry;
    const entryAt = at + sizes.count + place;
    const type = body.getUint16(place + 2, isLittleEndian);
    const count = isBig
      ? toNumber(body.getBigUint64(place + 4, isLittleEndian))
      : body.getUint32(place + 4, isLittleEndian);
    const itemBytes = BYTES_BY_TYPE[type] ?? 0;
    const isInline = count * itemBytes <= sizes.offset;
    const inlineAt = sizes.entry - sizes.offset;
    const valuesAt = isInline ? entryAt + inlineAt : offsetIn(body, place + inlineAt, layout);
    entries.set(body.getUint16(place, isLittleEndian), { count, itemBytes, entryAt, valuesAt });
  }
  const nextAt = offsetIn(body, entryCount * sizes.entry, layout);
  return { page: { directoryAt: at, entryCount, entries }, nextAt };
}

/** The first `most` numbers of a tag; none if the page has no such tag. Rational and text tags are not read here. */
export async function readNumbers(
  { file, layout: { isLittleEndian } }: Tiff,
  { entries }: TiffPage,
  tag: number,
  most = 1,
): Promise<readonly number[]> {
  const entry = entries.get(tag);
  if (!entry) return [];
  const { itemBytes, valuesAt } = entry;
  const count = Math.min(entry.count, most);
  if (itemBytes === 0) throw damaged('tiff', new Error(`Tag ${tag} has an unknown type.`));
  const view = await readView(file, valuesAt, count * itemBytes);
  return Array.from({ length: count }, (_, index) => {
    const place = index * itemBytes;
    if (itemBytes === 1) return view.getUint8(place);
    if (itemBytes === 2) return view.getUint16(place, isLittleEndian);
    if (itemBytes === 4) return view.getUint32(place, isLittleEndian);
    return toNumber(view.getBigUint64(place, isLittleEndian));
  });
}

async function readView(file: ImageFile, at: number, length: number): Promise<DataView> {
  const view = viewOf(await file.read(at, length));
  if (view.byteLength < length)
    throw damaged('tiff', new Error('A directory or a tag lies beyond the end of the file.'));
  return view;
}

async function readOffset(file: ImageFile, layout: TiffLayout, at: number): Promise<number> {
  return offsetIn(await readView(file, at, 8), 0, layout);
}

function offsetIn(view: DataView, place: number, { isBig, isLittleEndian }: TiffLayout): number {
  return isBig ? toNumber(view.getBigUint64(place, isLittleEndian)) : view.getUint32(place, isLittleEndian);
}

/** What no file is long enough for is read as the largest number that can be told apart. */
function toNumber(value: bigint): number {
  return value > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(value);
}

function tooMany(what: string): Error {
  return unsupported(`a TIFF of ${what}`, 'Split it into several files.');
}
