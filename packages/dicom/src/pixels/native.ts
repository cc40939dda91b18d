import type { ImageHeader } from '../describe/image-header.js';
import type { ParsedFile } from '../parse/data-set.js';
import { cutOff } from '../refuse.js';

/** How the bytes of a native frame are laid out. */
export interface NativeLayout {
  readonly littleEndian: boolean;
  /**
   * Whether the two bytes of each 16-bit word are exchanged: OW with samples of at most 8 bits in a big-endian file.
   */
  readonly swapsPairs: boolean;
  /** YBR_FULL_422 as two bytes a pixel: Y Y Cb Cr. */
  readonly isHalfChroma: boolean;
}

/** Bits of one frame; native 1-bit frames follow one another without padding to a byte. */
function frameBits({ rows, columns, samples, bitsAllocated }: ImageHeader, isHalfChroma: boolean): number {
  return rows * columns * (isHalfChroma ? 2 : samples) * bitsAllocated;
}

/** How many bytes the pixels of all frames need together. */
export function nativeBytes(header: ImageHeader): number {
  return Math.ceil((frameBits(header, storesHalfChroma(header)) * header.frames) / 8);
}

/** A copy of one native frame's bytes: little endian, one byte a value where BitsAllocated is 1. */
export function readNativeFrame(
  { bytes, encoding }: ParsedFile,
  header: ImageHeader,
  frame: number,
): {
  readonly data: Uint8Array;
  readonly isHalfChroma: boolean;
} {
  const { pixelData, bitsAllocated } = header;
  const isHalfChroma = storesHalfChroma(header);
  const bits = frameBits(header, isHalfChroma);
  const available = Math.min(pixelData.length, bytes.length - pixelData.dataOffset);
  if (nativeBytes(header) > available) throw cutOff('the pixel data');
  const all = bytes.subarray(pixelData.dataOffset, pixelData.dataOffset + available);
  const swapsPairs = !encoding.littleEndian && bitsAllocated <= 8 && pixelData.vr !== 'OB';
  if (bitsAllocated === 1) return { data: unpackBits(all, bits * frame, bits, swapsPairs), isHalfChroma };
  const size = bits / 8;
  if (swapsPairs) return { data: swapPairs(all, size * frame, size), isHalfChroma };
  const data = all.slice(size * frame, size * (frame + 1));
  if (!encoding.littleEndian && bitsAllocated > 8) reverseEach(data, bitsAllocated / 8);
  return { data, isHalfChroma };
}

/** Some writers name YBR_FULL_422 and store all three samples. */
function storesHalfChroma(header: ImageHeader): boolean {
  const { photometric, frames, columns, pixelData } = header;
  if (photometric !== 'YBR_FULL_422' || columns % 2 !== 0) return false;
  return pixelData.length < Math.ceil((frameBits(header, false) * frames) / 8);
}

/** Least significant bit first (PS3.5, 8.1.1); a frame may begin within a byte. */
export function unpackBits(packed: Uint8Array, firstBit: number, count: number, swapsPairs: boolean): Uint8Array {
  const values = new Uint8Array(count);
  for (let index = 0; index < count; index += 1) {
    const bit = firstBit + index;
    const at = bit >> 3;
    values[index] = ((packed[swapsPairs ? at ^ 1 : at] ?? 0) >> (bit & 7)) & 1;
  }
  return values;
}

function swapPairs(all: Uint8Array, start: number, size: number): Uint8Array {
  const swapped = new Uint8Array(size);
  for (let index = 0; index < size; index += 1) swapped[index] = all[(start + index) ^ 1] ?? 0;
  return swapped;
}

function reverseEach({ buffer, byteOffset, byteLength }: Uint8Array, size: number): void {
  const view = Buffer.from(buffer, byteOffset, byteLength);
  if (size === 2) view.swap16();
  else if (size === 4) view.swap32();
  else view.swap64();
}

/** Y Y Cb Cr to Y Cb Cr for each of the two pixels (PS3.3, C.7.6.3.1.2). */
export function expandHalfChroma(packed: Uint8Array): Uint8Array {
  const full = new Uint8Array((packed.length / 2) * 3);
  for (let from = 0, to = 0; from < packed.length; from += 4, to += 6) {
    full[to] = packed[from]!;
    full[to + 3] = packed[from + 1]!;
    full[to + 1] = full[to + 4] = packed[from + 2]!;
    full[to + 2] = full[to + 5] = packed[from + 3]!;
  }
  return full;
}
