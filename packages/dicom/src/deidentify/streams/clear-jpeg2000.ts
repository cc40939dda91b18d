import { invalidImage } from '../../refuse.js';

const SOT = 0xff90;
const SOD = 0xff93;
const EOC = 0xffd9;
/** Marker, its length, tile, length of the part, and which part it is. */
const SOT_BYTES = 12;

/** Segments that pixels are decoded by (ISO/IEC 15444-1 and -2, annex A); COM (FF64) is none of them. */
const NEEDED: ReadonlySet<number> = new Set([
  ...[0x50, 0x51, 0x52, 0x53, 0x55, 0x56, 0x57, 0x58, 0x59, 0x5c, 0x5d, 0x5e, 0x5f, 0x60, 0x61, 0x63],
  ...[0x70, 0x71, 0x72, 0x73, 0x74, 0x75, 0x76, 0x77, 0x78, 0x79],
]);

/**
 * Clears comments, segments of unknown kinds and what follows the image in a codestream of JPEG 2000, in place: no byte
 * moves. Throws INVALID_IMAGE where its parts cannot be told from one another.
 */
export function clearJpeg2000(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = clearHeader(bytes, view, 2, SOT);
  while (at + SOT_BYTES <= bytes.length && view.getUint16(at) === SOT) {
    const length = view.getUint32(at + 6);
    const end = length === 0 ? findEnd(bytes) : at + length;
    clearHeader(bytes, view, at + SOT_BYTES, SOD);
    if (end < at + SOT_BYTES) throw damaged();
    at = end;
  }
  if (at >= bytes.length) return; // cut off
  if (at + 2 <= bytes.length && view.getUint16(at) !== EOC) throw damaged();
  bytes.fill(0, Math.min(at + 2, bytes.length));
}

/** Clears segments up to a marker; gives its place. */
function clearHeader(bytes: Uint8Array, view: DataView, from: number, until: number): number {
  let at = from;
  while (at + 2 <= bytes.length && view.getUint16(at) !== until) {
    if (at + 4 > bytes.length || bytes[at] !== 0xff) throw damaged();
    const end = at + 2 + view.getUint16(at + 2);
    if (end < at + 4 || end > bytes.length) throw damaged();
    if (!NEEDED.has(bytes[at + 1]!)) bytes.fill(0, at + 4, end);
    at = end;
  }
  return at;
}

/** Of a part that goes on to the end of the image. */
function findEnd(bytes: Uint8Array): number {
  for (let at = bytes.length - 2; at >= 0; at -= 1) if (bytes[at] === 0xff && bytes[at + 1] === 0xd9) return at;
  return bytes.length;
}

function damaged(): Error {
  return invalidImage('The comments of a JPEG 2000 stream in this file cannot be found: it is damaged. Send it again.');
}
