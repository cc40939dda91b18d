import { crc32 } from 'node:zlib';

const SIGNATURE_BYTES = 8;
/** Length, name and checksum around a chunk's data. */
const AROUND_BYTES = 12;

/** The tag of a TIFF that says what its numbers mean: 3 is a palette, and 1 are greys. */
const PHOTOMETRIC = 262;
const PALETTE = 3;
const GREY = 1;
const ENTRY_BYTES = 12;

/**
 * A PNG or TIFF with a palette, as one whose colours are the greys of their numbers in the palette: what differs in the
 * file then differs to the eye. Undefined for one without a palette and for any other file.
 */
export function showIndices(bytes: Uint8Array): Uint8Array | undefined {
  const copy = Buffer.from(bytes);
  const start = copy.toString('latin1', 0, 4);
  return start === 'II*\0' || start === 'MM\0*' ? showIndicesOfTiff(copy) : showIndicesOfPng(copy);
}

/** Of its first page. */
function showIndicesOfTiff(copy: Buffer): Uint8Array | undefined {
  const isLittle = copy[0] === 0x49;
  const short = (at: number): number => (isLittle ? copy.readUInt16LE(at) : copy.readUInt16BE(at));
  const directory = isLittle ? copy.readUInt32LE(4) : copy.readUInt32BE(4);
  if (directory + 2 > copy.length) return undefined;
  for (let index = 0; index < short(directory); index += 1) {
    const entry = directory + 2 + index * ENTRY_BYTES;
    if (entry + ENTRY_BYTES > copy.length) return undefined;
    if (short(entry) !== PHOTOMETRIC) continue;
    if (short(entry + 8) !== PALETTE) return undefined;
    if (isLittle) copy.writeUInt16LE(GREY, entry + 8);
    else copy.writeUInt16BE(GREY, entry + 8);
    return copy;
  }
  return undefined;
}

function showIndicesOfPng(copy: Buffer): Uint8Array | undefined {
  for (let at = SIGNATURE_BYTES; at + AROUND_BYTES <= copy.length;) {
    const length = copy.readUInt32BE(at);
    const name = copy.toString('latin1', at + 4, at + 8);
    const end = at + 8 + length;
    if (name === 'IDAT' || end + 4 > copy.length) return undefined;
    if (name === 'PLTE') {
      for (let index = 0; index < length; index += 1) copy[at + 8 + index] = Math.floor(index / 3);
      copy.writeUInt32BE(crc32(copy.subarray(at + 4, end)), end);
      return copy;
    }
    at = end + 4;
  }
  return undefined;
}
