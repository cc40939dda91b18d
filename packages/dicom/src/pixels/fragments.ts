import { cutOff, invalidImage, tooLarge } from '../refuse.js';
import type { ParsedFile } from '../parse/data-set.js';
import { readBytes } from '../parse/read-values.js';
import type { ImageHeader } from '../describe/image-header.js';
import { countOf } from '@medzoo/core/contract';

/** One item of encapsulated pixel data, by its place in the file. */
export interface Fragment {
  readonly start: number;
  readonly length: number;
}

const ITEM = 0xfffee000;
const SEQUENCE_DELIMITER = 0xfffee0dd;
const ITEM_HEADER_BYTES = 8;
const UNDEFINED_LENGTH = 0xffffffff;

/**
 * The bytes of one encapsulated frame. The items are walked here and not taken from an offset table, which may be
 * absent or wrong: frames are found by an offset table that fits the items, else one item a frame, else by the marker
 * that each stream begins with.
 */
export function readEncapsulatedFrame(
  file: ParsedFile,
  header: ImageHeader,
  frame: number,
  maxItems: number,
): Uint8Array {
  return join(file.bytes, findFragments(file, header, maxItems)[frame]!);
}

/** The items of each frame; throws INVALID_IMAGE where they cannot be told. */
export function findFragments(
  file: ParsedFile,
  header: ImageHeader,
  maxItems: number,
): readonly (readonly Fragment[])[] {
  const { table, fragments } = walkItems(file, header, maxItems);
  const { frames } = header;
  if (frames === 1) return [fragments];
  const groups =
    groupByOffsets(extendedOffsets(file, frames), fragments, frames) ??
    groupByOffsets(table, fragments, frames) ??
    (fragments.length === frames
      ? fragments.map((fragment) => [fragment])
      : groupByMarkers(file.bytes, fragments, frames));
  if (groups) return groups;
  throw invalidImage(
    `The file declares ${countOf(frames, 'frame')} and holds ${countOf(fragments.length, 'piece')} of pixel data, ` +
      'and it does not say which piece belongs to which frame. Send it again.',
  );
}

/** Pieces of pixel data that belong to no frame. */
export function findUnusedItems(file: ParsedFile, header: ImageHeader, maxItems: number): readonly Fragment[] {
  const used = new Set(findFragments(file, header, maxItems).flatMap((group) => group.map(({ start }) => start)));
  return walkItems(file, header, maxItems).fragments.filter(({ start }) => !used.has(start));
}

/** How long the first item is, the basic offset table, where it does not say where each frame begins; else 0. */
export function unusableTableBytes(file: ParsedFile, header: ImageHeader, maxItems: number): number {
  const { table, tableBytes, fragments } = walkItems(file, header, maxItems);
  const isUsable = groupByOffsets(table, fragments, header.frames) && tableBytes === header.frames * 4;
  return isUsable ? 0 : tableBytes;
}

/** The items of each frame where the Extended Offset Table says where it begins; another table is not read. */
export function findByExtendedOffsets(
  file: ParsedFile,
  header: ImageHeader,
  maxItems: number,
): readonly (readonly Fragment[])[] | undefined {
  const { frames } = header;
  return groupByOffsets(extendedOffsets(file, frames), walkItems(file, header, maxItems).fragments, frames);
}

export function notEncapsulated(): Error {
  return invalidImage('The transfer syntax is a compressed one, but the pixels are not encapsulated.');
}

function walkItems({ bytes, encoding }: ParsedFile, { pixelData }: ImageHeader, maxItems: number) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fragments: Fragment[] = [];
  let table: number[] | undefined;
  let tableBytes = 0;
  let position = pixelData.dataOffset;
  while (position + ITEM_HEADER_BYTES <= bytes.length) {
    const tag =
      view.getUint16(position, encoding.littleEndian) * 0x10000 + view.getUint16(position + 2, encoding.littleEndian);
    const length = view.getUint32(position + 4, encoding.littleEndian);
    const start = position + ITEM_HEADER_BYTES;
    if (tag === SEQUENCE_DELIMITER) break;
    if (tag !== ITEM || length === UNDEFINED_LENGTH)
      throw invalidImage('The pixel data is damaged between its pieces. Send it again.');
    if (start + length > bytes.length) throw cutOff('the pixel data');
    if (table) fragments.push({ start, length });
    else {
      table = readOffsets(view, start, length, encoding.littleEndian, maxItems);
      tableBytes = length;
    }
    if (fragments.length > maxItems) throw tooLarge('pieces of pixel data', maxItems, fragments.length, 'maxElements');
    position = start + length;
  }
  if (fragments.length === 0) throw cutOff('the pixel data');
  return { table: table ?? [], tableBytes, fragments };
}

function readOffsets(view: DataView, start: number, length: number, littleEndian: boolean, maxItems: number): number[] {
  const count = Math.min(Math.floor(length / 4), maxItems);
  return Array.from({ length: count }, (_, index) => view.getUint32(start + index * 4, littleEndian));
}

/** Extended Offset Table (7FE0,0001): 64-bit offsets from the first item, as the basic table's. */
function extendedOffsets({ dataSet }: ParsedFile, frames: number): readonly number[] {
  const element = dataSet.elements.x7fe00001;
  if (element?.length !== frames * 8) return [];
  const bytes = readBytes(dataSet, element);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: frames }, (_, index) => Number(view.getBigUint64(index * 8, true)));
}

/** Undefined unless there is an offset for each frame and each one is where an item begins. */
function groupByOffsets(
  offsets: readonly number[],
  fragments: readonly Fragment[],
  frames: number,
): Fragment[][] | undefined {
  if (offsets.length !== frames || offsets[0] !== 0) return undefined;
  const first = fragments[0]!.start - ITEM_HEADER_BYTES;
  const indexByOffset = new Map(fragments.map(({ start }, index) => [start - ITEM_HEADER_BYTES - first, index]));
  const starts = offsets.map((offset) => indexByOffset.get(offset) ?? -1);
  if (starts.some((start, index) => start < 0 || (index > 0 && start <= starts[index - 1]!))) return undefined;
  return starts.map((start, index) => fragments.slice(start, starts[index + 1]));
}

function groupByMarkers(bytes: Uint8Array, fragments: readonly Fragment[], frames: number): Fragment[][] | undefined {
  const groups: Fragment[][] = [];
  for (const fragment of fragments) {
    if (isStreamStart(bytes, fragment.start)) groups.push([fragment]);
    else groups.at(-1)?.push(fragment);
  }
  return groups.length === frames ? groups : undefined;
}

/** SOI of the JPEG family, or SOC and SIZ of JPEG 2000. */
function isStreamStart(bytes: Uint8Array, at: number): boolean {
  if (bytes[at] !== 0xff) return false;
  return (bytes[at + 1] === 0xd8 && bytes[at + 2] === 0xff) || (bytes[at + 1] === 0x4f && bytes[at + 2] === 0xff);
}

function join(bytes: Uint8Array, fragments: readonly Fragment[]): Uint8Array {
  if (fragments.length === 1) return bytes.subarray(fragments[0]!.start, fragments[0]!.start + fragments[0]!.length);
  const joined = new Uint8Array(fragments.reduce((total, { length }) => total + length, 0));
  let at = 0;
  for (const { start, length } of fragments) {
    joined.set(bytes.subarray(start, start + length), at);
    at += length;
  }
  return joined;
}
