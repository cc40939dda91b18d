import type { ImageHeader } from '../describe/image-header.js';
import type { ParsedFile } from '../parse/data-set.js';
import { readNumbers, type Tag } from '../parse/read-values.js';

/**
 * Clears overlays of older files, which lie in bits of native pixels that hold no value (OverlayBitPosition), in place.
 * The bits of values stay, whatever an overlay says.
 */
export function clearOverlayBits(file: ParsedFile, header: ImageHeader, pixels: Uint8Array): void {
  const size = header.bitsAllocated / 8;
  for (const bit of findOverlayBits(file, header)) {
    const byte = file.encoding.littleEndian ? bit >> 3 : size - 1 - (bit >> 3);
    for (let at = byte; at < pixels.length; at += size) pixels[at]! &= ~(1 << (bit & 7));
  }
}

/** Which bits of a sample hold an overlay and no value, from the least significant one, 0, on. */
export function findOverlayBits({ dataSet }: ParsedFile, header: ImageHeader): readonly number[] {
  const { bitsAllocated, bitsStored, highBit } = header;
  if (bitsAllocated % 8 !== 0) return [];
  const bits: number[] = [];
  for (let group = 0x6000; group <= 0x601e; group += 2) {
    const [bit = bitsAllocated] = readNumbers(dataSet, `x${group.toString(16)}0102` as Tag, 'uint16');
    const isValue = bit <= highBit && bit > highBit - bitsStored;
    if (!isValue && bit < bitsAllocated) bits.push(bit); // an overlay with an element of its own says 0
  }
  return bits;
}
