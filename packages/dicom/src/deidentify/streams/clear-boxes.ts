/** Boxes that pixels are decoded by: of JP2 and of JPEG XL. */
const NEEDED: ReadonlySet<string> = new Set(
  'jP\u0020\u0020|JXL\u0020|ftyp|ihdr|bpcc|pclr|cmap|cdef|jp2c|jxll|jxlc|jxlp'.split('|'),
);
/** A box of boxes. */
const HEADER = 'jp2h';
const COLOUR = 'colr';
/** Method, precedence, approximation and an enumerated colour space; a profile, which may have texts, is longer. */
const COLOUR_BYTES = 7;
const FREE = Buffer.from('free', 'latin1');

/**
 * Clears boxes with texts, such as XML, EXIF and the segments of a JPEG that a JPEG XL was made of, in place: they
 * become free space. `clear` gets the codestream of each box that has one.
 */
export function clearBoxes(bytes: Uint8Array, clear: (codestream: Uint8Array) => void): void {
  walkBoxes(bytes, (kind, body) => {
    if (nameOf(kind) === HEADER) walkBoxes(body, (inner, part) => clearBox(inner, part, clear));
    else clearBox(kind, body, clear);
  });
}

/** What follows the last whole box is cleared. */
function walkBoxes(bytes: Uint8Array, take: (kind: Uint8Array, body: Uint8Array) => void): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  while (at + 8 <= bytes.length) {
    const isLong = view.getUint32(at) === 1 && at + 16 <= bytes.length;
    const length = isLong ? Number(view.getBigUint64(at + 8)) : view.getUint32(at);
    const start = at + (isLong ? 16 : 8);
    const end = length === 0 ? bytes.length : Math.min(at + length, bytes.length);
    if (end < start) break;
    take(bytes.subarray(at + 4, at + 8), bytes.subarray(start, end));
    at = end;
  }
  bytes.fill(0, at);
}

function nameOf(kind: Uint8Array): string {
  return Buffer.from(kind).toString('latin1');
}

function clearBox(kind: Uint8Array, body: Uint8Array, clear: (codestream: Uint8Array) => void): void {
  const name = nameOf(kind);
  if (name === 'jp2c') clear(body);
  else if (name === COLOUR && body[0] === 1) body.fill(0, COLOUR_BYTES);
  else if (!NEEDED.has(name)) {
    kind.set(FREE);
    body.fill(0);
  }
}
