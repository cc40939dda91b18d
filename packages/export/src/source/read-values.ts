import dicomParser from 'dicom-parser';
import { invalidSource } from '../refuse.js';
import type { DataSet, Element } from './parse-source.js';

/** The first value of a text element without padding; undefined where it is absent or empty. */
export function readText(dataSet: DataSet, tag: string): string | undefined {
  const text = dataSet
    .string(tag)
    ?.split('\\')[0]
    ?.replace(/[\0 ]+$/, '')
    .trim();
  return text === '' ? undefined : text;
}

/**
 * All values of a decimal or integer string; a damaged one is NaN, never a prefix of itself. Some writers have a comma
 * for the point.
 */
export function readNumbers(dataSet: DataSet, tag: string): number[] {
  const text = dataSet.string(tag)?.replace(/\0+$/, '').trim();
  if (text === undefined || text === '') return [];
  return text.split('\\').map((value) => (value.trim() === '' ? Number.NaN : Number(value.replace(',', '.'))));
}

/** The data sets of a sequence's items; also of one that some archive has written as UN, whose items are implicit. */
export function readItems(dataSet: DataSet, tag: string): DataSet[] {
  const element = dataSet.elements[tag];
  if (element && !element.items && element.vr === 'UN' && element.length > 0) readUnknownAsSequence(dataSet, element);
  return (element?.items ?? []).flatMap((item) => item.dataSet ?? []);
}

function readUnknownAsSequence(dataSet: DataSet, element: Element): void {
  const bytes = dataSet.byteArray.subarray(0, element.dataOffset + element.length);
  const stream = new dicomParser.ByteStream(dicomParser.littleEndianByteArrayParser, bytes, element.dataOffset);
  try {
    dicomParser.readSequenceItemsImplicit(stream, element);
  } catch {
    // What dicom-parser throws carries the elements that were read so far.
    element.items = [];
    throw invalidSource('A sequence of the source cannot be read: it is damaged. Send the file again.');
  }
}

export function readItem(dataSet: DataSet, tag: string): DataSet | undefined {
  return readItems(dataSet, tag)[0];
}
