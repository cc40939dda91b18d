import dicomParser from 'dicom-parser';

/** Where a file's data set begins, and how it is written. */
export interface FoundDataSet {
  readonly start: number;
  readonly isDeflated: boolean;
}

export interface DataSetEncoding {
  readonly littleEndian: boolean;
  readonly explicit: boolean;
}

const DEFLATED = '1.2.840.10008.1.2.1.99';
const REPRESENTATION = /^[A-Z]{2}$/;

/**
 * Behind preamble and meta group, of which a file may lack either. The group is walked by its elements, since its own
 * length is often wrong.
 */
export function findDataSet(bytes: Uint8Array): FoundDataSet {
  const start = hasMagic(bytes, 128) ? 132 : hasMagic(bytes, 0) ? 4 : 0;
  const stream = new dicomParser.ByteStream(dicomParser.littleEndianByteArrayParser, bytes, start);
  let isDeflated = false;
  while (bytes[stream.position] === 0x02 && bytes[stream.position + 1] === 0) {
    const { explicit } = readEncoding(bytes, stream.position);
    const element = explicit
      ? dicomParser.readDicomElementExplicit(stream, [])
      : dicomParser.readDicomElementImplicit(stream);
    const { tag, dataOffset, length } = element;
    if (tag === 'x00020010') isDeflated = textAt(bytes, dataOffset, length).replace(/[\0 ]+$/, '') === DEFLATED;
  }
  return { start: stream.position, isDeflated };
}

/**
 * How the element at `at` is written, by its bytes and not by what the file claims: explicit transfer syntaxes over
 * implicit bytes exist, and the reverse. Groups at the beginning are below 0x0100, so that one byte of theirs is 0.
 */
export function readEncoding(bytes: Uint8Array, at: number): DataSetEncoding {
  const littleEndian = bytes[at] !== 0 || bytes[at + 1] === 0;
  return { littleEndian, explicit: REPRESENTATION.test(textAt(bytes, at + 4, 2)) };
}

export function hasMagic(bytes: Uint8Array, at: number): boolean {
  return textAt(bytes, at, 4) === 'DICM';
}

function textAt(bytes: Uint8Array, at: number, length: number): string {
  return Buffer.from(bytes.subarray(at, at + length)).toString('latin1');
}
