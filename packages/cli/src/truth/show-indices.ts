import { crc32 } from 'node:zlib';

const SIGNATURE_BYTES = 8;
/** Length, name and checksum around a chunk's data. */
const AROUND_BYTES = 12;

/**
 * A PNG with a palette, as one whose colours are the greys of their numbers in the palette: what differs in the file
 * then differs to the eye. Undefined for a PNG without a palette and for any other file.
 */
export function showIndices(bytes: Uint8Array): Uint8Array | undefined {
  const copy = Buffer.from(bytes);
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
