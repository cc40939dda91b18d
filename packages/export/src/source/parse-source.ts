import { inflateRawSync, inflateSync } from 'node:zlib';
import dicomParser from 'dicom-parser';
import { invalidSource, tooLarge } from '../refuse.js';
import { findDataSet, hasMagic, readEncoding } from './find-data-set.js';

export type DataSet = dicomParser.DataSet;
export type Element = dicomParser.Element;

/**
 * Everything before the pixels lies within. An enhanced file of 2,000 frames has about 4 MB of header; each element
 * costs us 200 bytes.
 */
const MOST_HEADER_BYTES = 16 * 2 ** 20;
/** 783 kB have been seen to inflate to 3.1 GB. */
const MOST_INFLATED_BYTES = 256 * 2 ** 20;
const PIXEL_DATA = 'x7fe00010';
const ZLIB_HEADER = 0x78;
/** It is missing from dicom-parser's own types. */
const { DataSet: EmptyDataSet } = dicomParser as unknown as {
  readonly DataSet: new (
    parser: dicomParser.ByteArrayParser,
    bytes: Uint8Array,
    elements: Record<string, Element>,
  ) => DataSet;
};
/** Representations with a length of 32 bits that dicom-parser does not know: it would read on at the wrong byte. */
const UNKNOWN_TO_PARSER = ['OV', 'SV', 'UV'];

/**
 * Reads the elements before the pixels, of every file that `@medzoo/dicom` reads; throws INVALID_IMAGE where `bytes`
 * are no DICOM file, and never shows what is in it.
 */
export function parseSource(bytes: Uint8Array): DataSet {
  const header = bytes.subarray(0, Math.min(bytes.length, MOST_HEADER_BYTES));
  let isDeflated = false;
  try {
    const found = findDataSet(header);
    ({ isDeflated } = found);
    // A deflated file is inflated as a whole; of others only the header is looked at.
    return isDeflated ? parse(inflate(bytes.subarray(found.start)), 0) : parse(header, found.start);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE') {
      throw tooLarge(`The file inflates to more than ${MOST_INFLATED_BYTES} bytes.`);
    }
    if (header.length < bytes.length && hasMagic(bytes, 128) && !isDeflated) {
      throw invalidSource(
        `What comes before the pixels is damaged or larger than ${MOST_HEADER_BYTES} bytes. Send the file again.`,
      );
    }
    // Neither dicom-parser's message nor its exception is passed on: it carries the elements that were read so far.
    throw invalidSource(
      'The source is not a DICOM file that can be read. Pass the bytes of the file that was analyzed.',
    );
  }
}

function parse(bytes: Uint8Array, start: number): DataSet {
  const { littleEndian, explicit } = readEncoding(bytes, start);
  const parser = littleEndian ? dicomParser.littleEndianByteArrayParser : dicomParser.bigEndianByteArrayParser;
  const stream = new dicomParser.ByteStream(parser, bytes, start);
  const readText = stream.readFixedString.bind(stream);
  stream.readFixedString = (length) => {
    const text = readText(length);
    return length === 2 && UNKNOWN_TO_PARSER.includes(text) ? 'UN' : text;
  };
  const dataSet = new EmptyDataSet(parser, bytes, {});
  const options = { untilTag: PIXEL_DATA };
  if (explicit) dicomParser.parseDicomDataSetExplicit(dataSet, stream, bytes.length, options);
  else dicomParser.parseDicomDataSetImplicit(dataSet, stream, bytes.length, options);
  return dataSet;
}

/** Some writers keep zlib's two bytes of header, against the standard. */
function inflate(body: Uint8Array): Uint8Array {
  const options = { maxOutputLength: MOST_INFLATED_BYTES };
  try {
    return inflateRawSync(body, options);
  } catch (error) {
    if (body[0] !== ZLIB_HEADER) throw error;
    return inflateSync(body, options);
  }
}
