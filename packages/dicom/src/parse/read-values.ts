import dicomParser from 'dicom-parser';
import { invalidImage } from '../refuse.js';
import { createReadBudget, GuardedStream } from './guarded-stream.js';
import type { DataSet, Element } from './data-set.js';

/** No number or code that is read here is longer; a longer text is skipped, not built. */
const LONGEST_TEXT = 16_384;
/** Of one sequence that is written as UN. */
const MOST_UNKNOWN_ELEMENTS = 50_000;

/** A tag as dicom-parser writes it: "x" and eight hexadecimal digits, lower case. */
export type Tag = `x${string}`;

/** All values of a text element without padding; empty values are kept, because position counts. */
export function readTexts(dataSet: DataSet, tag: Tag): readonly string[] {
  const element = dataSet.elements[tag];
  if (!element || element.length === 0 || element.length > LONGEST_TEXT) return [];
  const text = dataSet.string(tag);
  return text === undefined ? [] : text.split('\\').map((value) => value.trim());
}

/** The first value of a code (CS, UI); undefined where the element is absent or empty. */
export function readCode(dataSet: DataSet, tag: Tag): string | undefined {
  const [first] = readTexts(dataSet, tag);
  return first === undefined || first === '' ? undefined : first;
}

/**
 * Decimal or integer strings (DS, IS) as numbers. Damaged ones are NaN and never a prefix of themselves ("1A" is not
 * 1).
 */
export function readDecimals(dataSet: DataSet, tag: Tag): readonly number[] {
  return readTexts(dataSet, tag).map((text) => (text === '' ? Number.NaN : Number(text.replace(',', '.'))));
}

/** The same where all must be finite and there must be exactly `count`; undefined otherwise. */
export function readVector(dataSet: DataSet, tag: Tag, count: number): readonly number[] | undefined {
  const values = readDecimals(dataSet, tag);
  return values.length >= count && values.slice(0, count).every(Number.isFinite) ? values.slice(0, count) : undefined;
}

/** Binary numbers (US, SS, FL, FD ...) of an element. */
export function readNumbers(
  dataSet: DataSet,
  tag: Tag,
  kind: 'uint16' | 'int16' | 'uint32' | 'float' | 'double',
): number[] {
  const element = dataSet.elements[tag];
  if (!element) return [];
  const size = kind === 'double' ? 8 : kind === 'uint16' || kind === 'int16' ? 2 : 4;
  const count = Math.floor(Math.min(element.length, LONGEST_TEXT * size) / size);
  return Array.from({ length: count }, (_, index) => dataSet[kind](tag, index) ?? Number.NaN);
}

/** An unsigned 16-bit attribute of the Image Pixel module; throws where it has no value but must. */
export function readUint16(dataSet: DataSet, tag: Tag, name: string): number {
  const [value] = readNumbers(dataSet, tag, 'uint16');
  if (value === undefined)
    throw invalidImage(`${name} is missing, without which pixels cannot be read. Send it again.`);
  return value;
}

/** The data sets of a sequence's items; also of one that some archive has written as UN, whose items are implicit. */
export function readItems(dataSet: DataSet, tag: Tag): readonly DataSet[] {
  const element = dataSet.elements[tag];
  if (!element) return [];
  const known = itemsOf.get(element);
  if (known) return known;
  if (!element.items && element.vr === 'UN' && element.length > 0) readUnknownAsSequence(dataSet, element);
  const items = (element.items ?? []).flatMap((item) => item.dataSet ?? []);
  itemsOf.set(element, items);
  return items;
}

/** One item of thousands is asked for with each frame: a new list each time would cost the square of their number. */
const itemsOf = new WeakMap<Element, readonly DataSet[]>();

function readUnknownAsSequence(dataSet: DataSet, element: Element): void {
  const end = element.dataOffset + element.length;
  const bytes = dataSet.byteArray.subarray(0, end);
  const budget = createReadBudget(MOST_UNKNOWN_ELEMENTS);
  const stream = new GuardedStream(dicomParser.littleEndianByteArrayParser, bytes, element.dataOffset, budget);
  try {
    dicomParser.readSequenceItemsImplicit(stream, element);
  } catch (error) {
    element.items = [];
    throw invalidImage('A sequence of this file cannot be read: it is damaged. Send it again.', error);
  }
}

/** The first item of the first of these sequences that has one. */
export function readItem(dataSet: DataSet | undefined, tag: Tag): DataSet | undefined {
  return dataSet === undefined ? undefined : readItems(dataSet, tag)[0];
}

/** The bytes of an element, as a view. */
export function readBytes(dataSet: DataSet, element: Element): Uint8Array {
  return dataSet.byteArray.subarray(element.dataOffset, element.dataOffset + element.length);
}
