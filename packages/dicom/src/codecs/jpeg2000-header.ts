import { cutOff, invalidImage, unsupported } from '../refuse.js';
import type { StreamShape } from '../pixels/frame-shape.js';

export interface Jpeg2000Header extends StreamShape {
  /** The bare codestream, out of its JP2 boxes where it has some. */
  readonly codestream: Uint8Array;
  readonly isHighThroughput: boolean;
  readonly isReversible: boolean;
  /** Whether values may be negative. */
  readonly isSigned: boolean;
}

type Size = StreamShape & { readonly isSigned: boolean };

const SIZ = 0xff51;
/** Where SIZ says how deep the first component is, from its marker. */
const FIRST_DEPTH = 40;
const DEPTH_BYTES = 3;
const SIGN = 0x80;
const CAP = 0xff50;
const COD = 0xff52;
const SOT = 0xff90;
const EOC = 0xffd9;
const MOST_TILES = 65_535;
const BOX_CODESTREAM = 0x6a703263;

/**
 * Reads the main header (ISO/IEC 15444-1, annex A); throws INVALID_IMAGE where it is damaged, UNSUPPORTED_FORMAT for
 * subsampling, and for components of which some are deeper than others.
 */
export function readJpeg2000Header(bytes: Uint8Array): Jpeg2000Header {
  const codestream = findCodestream(bytes);
  const view = new DataView(codestream.buffer, codestream.byteOffset, codestream.byteLength);
  let shape: Size | undefined;
  let isHighThroughput = false;
  let isReversible: boolean | undefined;
  for (let at = 2; at + 4 <= codestream.length;) {
    const marker = view.getUint16(at);
    if (marker === SOT) break;
    const end = at + 2 + view.getUint16(at + 2);
    if (marker < 0xff00 || end > codestream.length || end < at + 4) throw damaged();
    if (marker === SIZ) shape = readSize(view, at + 4, end);
    if (marker === CAP) isHighThroughput = true;
    if (marker === COD) isReversible = readIsReversible(view, at + 4, end);
    at = end;
  }
  if (!shape || isReversible === undefined) throw damaged();
  return { ...shape, isReversible, codestream, isHighThroughput };
}

function findCodestream(bytes: Uint8Array): Uint8Array {
  if (bytes[0] === 0xff) return bytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + 8 <= bytes.length;) {
    const isLong = view.getUint32(at) === 1;
    const header = isLong ? 16 : 8;
    if (at + header > bytes.length) break;
    const length = isLong ? Number(view.getBigUint64(at + 8)) : view.getUint32(at);
    if (view.getUint32(at + 4) === BOX_CODESTREAM) {
      return bytes.subarray(at + header, length === 0 ? bytes.length : Math.min(at + length, bytes.length));
    }
    if (length < header) break;
    at += length;
  }
  throw damaged();
}

function readSize(view: DataView, at: number, end: number): Size {
  if (at + 36 > end) throw damaged();
  const right = view.getUint32(at + 2);
  const bottom = view.getUint32(at + 6);
  const left = view.getUint32(at + 10);
  const top = view.getUint32(at + 14);
  const tileWidth = view.getUint32(at + 18);
  const tileHeight = view.getUint32(at + 22);
  const components = view.getUint16(at + 34);
  if (left >= right || top >= bottom || tileWidth === 0 || tileHeight === 0 || components === 0) throw damaged();
  if (at + 36 + components * 3 > end) throw damaged();
  const tiles = Math.ceil(right / tileWidth) * Math.ceil(bottom / tileHeight);
  if (tiles > MOST_TILES)
    throw invalidImage(`JPEG 2000 allows ${MOST_TILES} tiles; this stream declares ${tiles}. It is damaged.`);
  const precision = (view.getUint8(at + 36) & 0x7f) + 1;
  let negative = 0;
  for (let index = 0; index < components; index += 1) {
    const from = at + 36 + index * 3;
    if ((view.getUint8(from) & 0x7f) + 1 !== precision) {
      throw unsupported('JPEG 2000 with components of different depths is not read. Convert the file.');
    }
    negative += view.getUint8(from) >> 7;
    if (view.getUint8(from + 1) !== 1 || view.getUint8(from + 2) !== 1) {
      throw unsupported('JPEG 2000 with subsampled components is not read. Convert the file.');
    }
  }
  if (negative !== 0 && negative !== components) {
    throw unsupported('JPEG 2000 with a sign in some components and not in others is not read. Convert the file.');
  }
  return { width: right - left, height: bottom - top, components, precision, isSigned: negative > 0 };
}

/**
 * The same codestream without signs: a decoder then adds half of the range to each value (ISO/IEC 15444-1, annex G.1),
 * and nothing else changes.
 */
export function withoutSigns(codestream: Uint8Array): Uint8Array {
  const changed = codestream.slice();
  const view = new DataView(changed.buffer);
  let at = 2;
  while (view.getUint16(at) !== SIZ) at += 2 + view.getUint16(at + 2);
  const components = view.getUint16(at + FIRST_DEPTH - 2);
  for (let index = 0; index < components; index += 1) changed[at + FIRST_DEPTH + index * DEPTH_BYTES]! &= ~SIGN;
  return changed;
}

/** COD, from behind its length: the wavelet is the last byte of the fixed part, 1 for the reversible one. */
function readIsReversible(view: DataView, at: number, end: number): boolean {
  if (at + 10 > end) throw damaged();
  return view.getUint8(at + 9) === 1;
}

/** OpenJPH decodes a stream that was cut off without a word, so the lengths of its tile parts are added up first. */
export function checkTileParts(codestream: Uint8Array): void {
  const view = new DataView(codestream.buffer, codestream.byteOffset, codestream.byteLength);
  let at = 2;
  while (at + 12 <= codestream.length && view.getUint16(at) !== SOT) at += 2 + view.getUint16(at + 2);
  while (at + 12 <= codestream.length && view.getUint16(at) === SOT) {
    const length = view.getUint32(at + 6);
    // A length of 0 means "to the end", which then has to be marked.
    if (length === 0) {
      at = endOfCodestream(codestream);
      break;
    }
    if (length < 14 || at + length > codestream.length) throw cutOff('a JPEG 2000 stream');
    at += length;
  }
  const isEnd = at + 2 > codestream.length || view.getUint16(at) === EOC;
  if (at < 0 || !isEnd) throw cutOff('a JPEG 2000 stream');
}

function endOfCodestream(bytes: Uint8Array): number {
  for (let at = bytes.length - 2; at >= 0; at -= 1) if (bytes[at] === 0xff && bytes[at + 1] === 0xd9) return at;
  return -1;
}

function damaged(): Error {
  return invalidImage('A JPEG 2000 stream in this file has no readable header: it is damaged. Send it again.');
}
