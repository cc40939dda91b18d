import { inflateRawSync, inflateSync } from 'node:zlib';
import { isZooError } from '@medzoo/core/contract';
import dicomParser from 'dicom-parser';
import type { DicomLimits } from '../limits.js';
import { cutOff, invalidImage, tooLarge, unsupported } from '../refuse.js';
import { checkDepth } from './check-depth.js';
import type { DataSet, Element, ParsedFile } from './data-set.js';
import { createReadBudget, GuardedStream, type ReadBudget } from './guarded-stream.js';
import { findStart, readEncoding, sniffDicom, type DataSetEncoding } from './sniff-dicom.js';
import { EXPLICIT_BIG, EXPLICIT_LITTLE, findTransferSyntax, IMPLICIT_LITTLE } from './transfer-syntaxes.js';
import { countOf } from '@medzoo/core/contract';

const PIXEL_ELEMENTS = ['x7fe00010', 'x7fe00008', 'x7fe00009'];

/**
 * Reads a file's elements without decoding pixels. Elements behind the pixels are of no use to us, and padding or junk
 * is met there; what cannot be read before them is an error.
 */
export function parseFile(input: Uint8Array, limits: DicomLimits): ParsedFile {
  if (input.length > limits.maxBytes) throw tooLarge('bytes', limits.maxBytes, input.length, 'maxBytes');
  const plain = plainBytes(input);
  if (!sniffDicom(plain))
    throw invalidImage(`The file of ${countOf(input.length, 'byte')} is not DICOM. Send a DICOM file.`);
  const budget = createReadBudget(limits.maxElements);
  const meta = readMetaGroup(plain, budget);
  const declared = meta.transferSyntax === undefined ? undefined : findTransferSyntax(meta.transferSyntax);
  if (meta.transferSyntax !== undefined && !declared) throw unknownSyntax(meta.transferSyntax);

  const body = declared?.deflated ? inflate(plain.subarray(meta.end), limits) : plain;
  const offset = declared?.deflated ? 0 : meta.end;
  const encoding = readEncoding(body, offset);
  if (!encoding) throw invalidImage('The file ends behind its header and has no data set. Send it again.');
  const transferSyntax = declared ?? findTransferSyntax(impliedSyntax(encoding))!;
  const dataSet = readDataSet(body, offset, encoding, budget);
  checkDepth(dataSet, limits.maxDepth);
  return { dataSet, bytes: body, transferSyntax, encoding };
}

interface MetaGroup {
  readonly transferSyntax?: string;
  /** Where the data set begins. */
  readonly end: number;
}

/** Reads group 2 by its elements: its own length is often wrong, and sometimes the whole group is implicit. */
function readMetaGroup(bytes: Uint8Array, budget: ReadBudget): MetaGroup {
  const { offset } = findStart(bytes);
  if (bytes.length < offset + 8) return { end: offset };
  const stream = new GuardedStream(dicomParser.littleEndianByteArrayParser, bytes, offset, budget);
  let transferSyntax: string | undefined;
  while (stream.position + 8 <= bytes.length && bytes[stream.position] === 0x02 && bytes[stream.position + 1] === 0) {
    const element = readElement(stream, readEncoding(bytes, stream.position)?.explicit ?? true);
    if (element.tag === 'x00020010') transferSyntax = readUid(bytes, element);
  }
  return { end: stream.position, ...(transferSyntax !== undefined && { transferSyntax }) };
}

function readElement(stream: GuardedStream, explicit: boolean): Element {
  return guarded(() =>
    explicit ? dicomParser.readDicomElementExplicit(stream, []) : dicomParser.readDicomElementImplicit(stream),
  );
}

function readUid(bytes: Uint8Array, { dataOffset, length }: Element): string | undefined {
  const text = String.fromCharCode(...bytes.subarray(dataOffset, dataOffset + Math.min(length, 64)));
  const uid = /^[0-9.]+/.exec(text)?.[0];
  return uid === undefined || uid === '' ? undefined : uid;
}

function readDataSet(bytes: Uint8Array, offset: number, encoding: DataSetEncoding, budget: ReadBudget): DataSet {
  const parser = encoding.littleEndian ? dicomParser.littleEndianByteArrayParser : dicomParser.bigEndianByteArrayParser;
  const stream = new GuardedStream(parser, bytes, offset, budget);
  const dataSet = new dicomParser.DataSet(parser, bytes, {});
  try {
    guarded(() => {
      if (encoding.explicit) dicomParser.parseDicomDataSetExplicit(dataSet, stream);
      else
        dicomParser.parseDicomDataSetImplicit(dataSet, stream, bytes.length, {
          untilTag: '',
          vrCallback: knownRepresentation as (tag: string) => string,
        });
    });
  } catch (error) {
    const hasPixels = PIXEL_ELEMENTS.some((tag) => dataSet.elements[tag]);
    if (!hasPixels || (isZooError(error) && error.code === 'IMAGE_TOO_LARGE')) throw error;
  }
  return dataSet;
}

/** Without it dicom-parser takes implicit pixels that happen to begin like a sequence item for a sequence. */
function knownRepresentation(tag: string): string | undefined {
  return PIXEL_ELEMENTS.includes(tag) ? 'OW' : undefined;
}

/**
 * dicom-parser throws strings and TypeErrors, and its recursion ends in a RangeError where sequences are nested without
 * end.
 */
function guarded<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (isZooError(error)) throw error;
    if (error instanceof RangeError) throw invalidImage('Sequences are nested too deeply in this file.', error);
    throw invalidImage('The data set cannot be read to its end: it is damaged. Send it again.', error);
  }
}

function impliedSyntax({ littleEndian, explicit }: DataSetEncoding): string {
  if (!explicit) return IMPLICIT_LITTLE;
  return littleEndian ? EXPLICIT_LITTLE : EXPLICIT_BIG;
}

/** 783 kB have been seen to inflate to 3.1 GB, so the limit is zlib's own and ends the work early. */
function inflate(body: Uint8Array, { maxInflatedBytes }: DicomLimits): Uint8Array {
  const options = { maxOutputLength: maxInflatedBytes };
  try {
    return plainBytes(inflateRawSync(body, options));
  } catch (error) {
    if (isTooLong(error)) throw tooLarge('inflated bytes', maxInflatedBytes, maxInflatedBytes + 1, 'maxInflatedBytes');
    if (body[0] === 0x78) return inflateZlib(body, options);
    throw error instanceof Error && 'code' in error && error.code === 'Z_BUF_ERROR'
      ? cutOff('the deflated data set')
      : invalidImage('The deflated data set is damaged. Send it again.', error);
  }
}

/** Some writers keep zlib's two bytes of header, against the standard. */
function inflateZlib(body: Uint8Array, options: { readonly maxOutputLength: number }): Uint8Array {
  try {
    return plainBytes(inflateSync(body, options));
  } catch (error) {
    if (isTooLong(error)) {
      throw tooLarge('inflated bytes', options.maxOutputLength, options.maxOutputLength + 1, 'maxInflatedBytes');
    }
    throw invalidImage('The deflated data set is damaged. Send it again.', error);
  }
}

/** Without Buffer's methods: its slice() is a view and not a copy. */
export function plainBytes({ buffer, byteOffset, byteLength }: Uint8Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

export function isTooLong(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
}

function unknownSyntax(uid: string): Error {
  return unsupported(
    `The transfer syntax ${uid} is not one of the standard's. Convert the file to Explicit VR Little Endian (1.2.840.10008.1.2.1).`,
    { transferSyntax: uid },
  );
}
