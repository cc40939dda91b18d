import { invalidImage, unsupported } from '../refuse.js';
import { begins } from './stream-kind.js';

const CODESTREAM = [0xff, 0x0a];
const BOXES = [0x6a786c63, 0x6a786c70];
/** Width by height, by the three bits between them. */
const RATIOS = [0, 1, 12 / 10, 4 / 3, 3 / 2, 16 / 9, 5 / 4, 2] as const;
/** Bits of a side, by the two bits before it. */
const SIDE_BITS = [9, 13, 18, 30] as const;

/** What a JPEG XL stream says of itself. */
export interface JpegXlHeader {
  readonly width: number;
  readonly height: number;
  /** Bits of a sample. */
  readonly precision: number;
}

/** Reads the beginning of a JPEG XL stream (ISO/IEC 18181-1, annex D); INVALID_IMAGE where it is damaged. */
export function readJpegXlHeader(bytes: Uint8Array): JpegXlHeader {
  const read = readBitsOf(findCodestream(bytes));
  const { width, height } = readSize(read);
  return { width, height, precision: readPrecision(read) };
}

type ReadBits = (count: number) => number;

function findCodestream(bytes: Uint8Array): Uint8Array {
  if (begins(bytes, CODESTREAM)) return bytes.subarray(2);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + 16 <= bytes.length;) {
    const length = view.getUint32(at);
    const kind = view.getUint32(at + 4);
    // A partial codestream (jxlp) begins with its number.
    const start = at + 8 + (kind === BOXES[1] ? 4 : 0);
    if (BOXES.includes(kind) && begins(bytes.subarray(start), CODESTREAM)) return bytes.subarray(start + 2);
    if (length < 8) break;
    at += length;
  }
  throw invalidImage('A JPEG XL stream in this file has no readable header: it is damaged. Send it again.');
}

/** Bits are packed from the least significant one of each byte on. */
function readBitsOf(bytes: Uint8Array): ReadBits {
  let position = 0;
  return (count) => {
    let value = 0;
    for (let bit = 0; bit < count; bit += 1, position += 1) {
      value += (((bytes[position >> 3] ?? 0) >> (position & 7)) & 1) * 2 ** bit;
    }
    return value;
  };
}

/** SizeHeader. */
function readSize(read: ReadBits): { readonly width: number; readonly height: number } {
  const isSmall = read(1) === 1;
  const readSide = (): number => (isSmall ? (read(5) + 1) * 8 : read(SIDE_BITS[read(2)]!) + 1);
  const height = readSide();
  const ratio = RATIOS[read(3)]!;
  return { height, width: ratio === 0 ? readSide() : Math.floor(height * ratio) };
}

/** ImageMetadata, as far as BitDepth. */
function readPrecision(read: ReadBits): number {
  const isDefault = read(1) === 1;
  if (isDefault) return 8;
  if (read(1) === 1) skipExtraFields(read);
  const isFloat = read(1) === 1;
  if (isFloat) throw unsupported('JPEG XL with floating-point samples is not read. Convert the file.');
  return [8, 10, 12][read(2)] ?? read(6) + 1;
}

/** Orientation, the size that is meant, and what a preview and an animation are like. */
function skipExtraFields(read: ReadBits): void {
  read(3);
  if (read(1) === 1) readSize(read);
  if (read(1) === 1) skipPreview(read);
  if (read(1) === 0) return;
  for (const widths of [
    [0, 0, 10, 30],
    [0, 0, 8, 10],
    [0, 3, 16, 32],
  ])
    read(widths[read(2)]!);
  read(1);
}

function skipPreview(read: ReadBits): void {
  const isSmall = read(1) === 1;
  const skipSide = (): number => read((isSmall ? [0, 0, 5, 9] : [6, 8, 10, 12])[read(2)]!);
  skipSide();
  if (read(3) === 0) skipSide();
}
