import type { ImageHeader } from '../describe/image-header.js';
import type { StoredArray } from '@medzoo/core/contract';

type Unsigned = Uint8Array | Uint16Array | Uint32Array;

/**
 * Cuts samples to BitsStored and gives them their sign. What lies above BitsStored is junk or an overlay; no codec can
 * be trusted with the sign, because streams and headers disagree about it.
 */
export function finishSamples(
  values: Unsigned,
  { bitsStored, highBit, signed }: Pick<ImageHeader, 'bitsStored' | 'highBit' | 'signed'>,
): StoredArray {
  const bits = values.BYTES_PER_ELEMENT * 8;
  const shift = Math.min(highBit + 1, bits) - Math.min(bitsStored, bits);
  const isWhole = bitsStored >= bits;
  if (!isWhole && !signed) maskInPlace(values, shift, bitsStored);
  if (!signed) return values;
  const result = asSigned(values);
  if (!isWhole) extendInPlace(result, shift, bitsStored);
  return result;
}

function maskInPlace(values: Unsigned, shift: number, bitsStored: number): void {
  const mask = 2 ** bitsStored - 1;
  for (let index = 0; index < values.length; index += 1) values[index] = (values[index]! >>> shift) & mask;
}

function asSigned(values: Unsigned): Int8Array | Int16Array | Int32Array {
  const { buffer, byteOffset, length } = values;
  if (values.BYTES_PER_ELEMENT === 1) return new Int8Array(buffer, byteOffset, length);
  return values.BYTES_PER_ELEMENT === 2
    ? new Int16Array(buffer, byteOffset, length)
    : new Int32Array(buffer, byteOffset, length);
}

/** Arithmetic shifts copy the sign bit down. */
function extendInPlace(values: Int8Array | Int16Array | Int32Array, shift: number, bitsStored: number): void {
  const up = 32 - bitsStored;
  for (let index = 0; index < values.length; index += 1) values[index] = ((values[index]! >> shift) << up) >> up;
}

/** Planes of samples to samples of a pixel together. */
export function interleave<T extends Unsigned>(planes: T, samples: number): T {
  const pixels = planes.length / samples;
  const mixed = planes.slice() as T;
  for (let sample = 0; sample < samples; sample += 1) {
    for (let pixel = 0; pixel < pixels; pixel += 1) mixed[pixel * samples + sample] = planes[sample * pixels + pixel]!;
  }
  return mixed;
}

/** A view of little-endian bytes as values; the bytes are ours and begin at a multiple of eight. */
export function asValues(data: Uint8Array, bitsAllocated: number): Unsigned {
  if (bitsAllocated <= 8) return data;
  const aligned = data.byteOffset % 4 === 0 ? data : data.slice();
  return bitsAllocated === 16
    ? new Uint16Array(aligned.buffer, aligned.byteOffset, aligned.byteLength >> 1)
    : new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.byteLength >> 2);
}
