const MAGIC = 'DICM';
const PREAMBLE_BYTES = 128;
const VALUE_REPRESENTATIONS = new Set(
  'AE AS AT CS DA DS DT FL FD IS LO LT OB OD OF OL OV OW PN SH SL SQ SS ST SV TM UC UI UL UN UR US UT UV'.split(' '),
);
/** Files without a meta group start with one of these groups: command-less data sets, and ACR-NEMA's. */
const FIRST_GROUPS = new Set([0x0002, 0x0008]);
/** No first element is longer: in practice a group length, a character set or a UID. */
const LONGEST_FIRST_VALUE = 1024;

const LONGEST_SECOND_VALUE = 65_536;

/** How a data set is written, as its first element shows. */
export interface DataSetEncoding {
  readonly littleEndian: boolean;
  readonly explicit: boolean;
}

/** Where the first element begins: behind the preamble, behind a bare "DICM", or at byte 0. */
export function findStart(bytes: Uint8Array): { readonly offset: number; readonly hasMagic: boolean } {
  if (textAt(bytes, PREAMBLE_BYTES, 4) === MAGIC) return { offset: PREAMBLE_BYTES + 4, hasMagic: true };
  if (textAt(bytes, 0, 4) === MAGIC) return { offset: 4, hasMagic: true };
  return { offset: 0, hasMagic: false };
}

/** Whether this is DICOM, also without preamble, "DICM" or meta group. The first 512 bytes are enough. */
export function sniffDicom(bytes: Uint8Array): boolean {
  if (findStart(bytes).hasMagic) return true;
  const encoding = readEncoding(bytes, 0);
  if (!encoding || bytes.length < 12) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!FIRST_GROUPS.has(view.getUint16(0, encoding.littleEndian))) return false;
  const isLong = encoding.explicit && textAt(bytes, 6, 2) === '\0\0' && view.getUint16(8, true) > 0;
  const length = !encoding.explicit
    ? view.getUint32(4, encoding.littleEndian)
    : isLong
      ? 0
      : view.getUint16(6, encoding.littleEndian);
  // In an implicit data set nothing but plausible numbers tells it from other files, so the second element is looked at
  // too.
  return length <= LONGEST_FIRST_VALUE && (encoding.explicit || isNextElement(view, 8 + length, encoding));
}

/**
 * The encoding of the element at `offset`, by its bytes and not by what the file claims: explicit transfer syntaxes
 * over implicit bytes exist. Groups begin below 0x0100, so the byte order is told by which byte of the first group is
 * zero.
 */
export function readEncoding(bytes: Uint8Array, offset: number): DataSetEncoding | undefined {
  if (bytes.length < offset + 8) return undefined;
  const littleEndian = bytes[offset] !== 0 || bytes[offset + 1] === 0;
  return { littleEndian, explicit: VALUE_REPRESENTATIONS.has(textAt(bytes, offset + 4, 2)) };
}

function isNextElement(view: DataView, offset: number, { littleEndian }: DataSetEncoding): boolean {
  if (offset + 8 > view.byteLength) return false;
  const group = view.getUint16(offset, littleEndian);
  const length = view.getUint32(offset + 4, littleEndian);
  return group >= 0x0002 && group <= 0x0010 && (length === 0xffffffff || length <= LONGEST_SECOND_VALUE);
}

function textAt(bytes: Uint8Array, offset: number, length: number): string {
  if (offset + length > bytes.length) return '';
  return String.fromCharCode(...bytes.subarray(offset, offset + length));
}
