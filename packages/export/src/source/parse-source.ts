import { inflateRawSync } from 'node:zlib';
import dicomParser from 'dicom-parser';
import { invalidSource, tooLarge } from '../refuse.js';

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
const IMPLICIT_LITTLE = '1.2.840.10008.1.2';
const EXPLICIT_LITTLE = '1.2.840.10008.1.2.1';
const EXPLICIT_BIG = '1.2.840.10008.1.2.2';

/**
 * Reads the elements before the pixels; throws INVALID_IMAGE where `bytes` are no DICOM file, and never shows what is
 * in it.
 */
export function parseSource(bytes: Uint8Array): DataSet {
  const header = bytes.subarray(0, Math.min(bytes.length, MOST_HEADER_BYTES));
  try {
    // A deflated file is inflated as a whole; of others only the header is looked at.
    return parse(header.length < bytes.length && isDeflated(header) ? bytes : header);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE') {
      throw tooLarge(`The file inflates to more than ${MOST_INFLATED_BYTES} bytes.`);
    }
    if (header.length < bytes.length && hasMagic(bytes) && !isDeflated(header)) {
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

function parse(bytes: Uint8Array): DataSet {
  return dicomParser.parseDicom(bytes, {
    untilTag: PIXEL_DATA,
    // It reads on at the first byte of what it gets.
    inflater: (byteArray: Uint8Array, position: number) =>
      inflateRawSync(byteArray.subarray(position), { maxOutputLength: MOST_INFLATED_BYTES }),
    ...(!hasMagic(bytes) && { TransferSyntaxUID: guessSyntax(bytes) }),
  });
}

/** Of the meta group only the transfer syntax is looked for: it comes within the first few hundred bytes. */
function isDeflated(header: Uint8Array): boolean {
  return hasMagic(header) && Buffer.from(header.subarray(132, 2048)).includes('1.2.840.10008.1.2.1.99');
}

function hasMagic(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(128, 132)).toString('latin1') === 'DICM';
}

/** Files without preamble and meta group: how their first element is written tells how they are. */
function guessSyntax(bytes: Uint8Array): string {
  const isBig = bytes[0] === 0 && bytes[1] !== 0;
  if (isBig) return EXPLICIT_BIG;
  return /^[A-Z]{2}$/.test(Buffer.from(bytes.subarray(4, 6)).toString('latin1')) ? EXPLICIT_LITTLE : IMPLICIT_LITTLE;
}
