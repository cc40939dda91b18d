import { invalidImage } from '../refuse.js';
import type { FrameShape } from './frame-shape.js';

const HEADER_BYTES = 64;
const MOST_SEGMENTS = 15;

/**
 * DICOM's RLE (PS3.5, annex G): one segment for each byte of each sample, the most significant first.
 * Answers with little-endian samples of a pixel together, of `bytesPerSample` each.
 */
export function decodeRle(frame: Uint8Array, shape: FrameShape): Uint8Array {
  const bytesPerSample = Math.ceil(shape.bitsAllocated / 8);
  const { segments, inflatedBytes } = findSegments(frame, shape);
  const data = new Uint8Array(inflatedBytes * segments.length);
  segments.forEach((packed, segment) => {
    const sample = Math.floor(segment / bytesPerSample);
    const significance = bytesPerSample - 1 - (segment % bytesPerSample);
    unpackSegment(packed, data, sample * bytesPerSample + significance, segments.length, inflatedBytes);
  });
  return data;
}

interface Segments {
  /** Views of the frame, each up to where the next one begins. */
  readonly segments: readonly Uint8Array[];
  /** Of each segment. */
  readonly inflatedBytes: number;
}

/** Throws INVALID_IMAGE where the frame's header does not fit the file's. */
function findSegments(frame: Uint8Array, { rows, columns, samples, bitsAllocated }: FrameShape): Segments {
  const count = samples * Math.ceil(bitsAllocated / 8);
  if (frame.length < HEADER_BYTES) throw damaged('is shorter than its header');
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const declared = view.getUint32(0, true);
  if (declared !== count || declared > MOST_SEGMENTS) throw damaged(`has ${declared} segments instead of ${count}`);
  const segments = Array.from({ length: count }, (_, segment) => {
    const start = view.getUint32(4 + segment * 4, true);
    const end = segment + 1 < count ? view.getUint32(8 + segment * 4, true) : frame.length;
    if (start < HEADER_BYTES || end < start || end > frame.length)
      throw damaged('has segments that overlap or lie outside it');
    return frame.subarray(start, end);
  });
  const pixels = rows * columns;
  return { segments, inflatedBytes: bitsAllocated === 1 ? Math.ceil(pixels / 8) : pixels };
}

/**
 * Clears in place what no pixel is decoded from, and `bits` of each sample, counted from the least significant one. Of
 * a damaged frame it clears everything.
 */
export function clearRle(frame: Uint8Array, shape: FrameShape, bits: readonly number[]): void {
  try {
    const { segments, inflatedBytes } = findSegments(frame, shape);
    const bytesPerSample = Math.ceil(shape.bitsAllocated / 8);
    for (const [index, segment] of segments.entries()) {
      const significance = bytesPerSample - 1 - (index % bytesPerSample);
      const own = bits.filter((bit) => bit >> 3 === significance);
      const kept = own.reduce((mask, bit) => mask & ~(1 << (bit & 7)), 0xff);
      segment.fill(0, clearPacked(segment, inflatedBytes, kept));
    }
    frame.fill(0, 4 + segments.length * 4, HEADER_BYTES);
    frame.fill(0, HEADER_BYTES, segments[0]!.byteOffset - frame.byteOffset);
  } catch {
    frame.fill(0);
  }
}

/** Keeps these bits of each inflated byte. Gives how many bytes of a segment `count` of the inflated ones need. */
function clearPacked(packed: Uint8Array, count: number, kept: number): number {
  let from = 0;
  let left = count;
  while (left > 0 && from < packed.length) {
    const control = packed[from]!;
    from += 1;
    if (control === 128) continue;
    const run = Math.min(left, control < 128 ? control + 1 : 257 - control);
    const end = from + (control < 128 ? run : 1);
    for (; from < end; from += 1) packed[from]! &= kept;
    left -= run;
  }
  return from;
}

/** Writes `count` bytes at `first`, `first + step` ...; PackBits, as in TIFF. */
function unpackSegment(packed: Uint8Array, data: Uint8Array, first: number, step: number, count: number): void {
  let to = first;
  const end = first + count * step;
  let from = 0;
  while (to < end && from < packed.length) {
    const control = packed[from]!;
    from += 1;
    if (control === 128) continue;
    if (control < 128) {
      const stop = Math.min(from + control + 1, packed.length);
      for (; from < stop && to < end; from += 1, to += step) data[to] = packed[from]!;
      from = stop;
    } else {
      const value = packed[from];
      from += 1;
      if (value === undefined) break;
      for (let left = 257 - control; left > 0 && to < end; left -= 1, to += step) data[to] = value;
    }
  }
  if (to < end) throw damaged('ends before its last pixel');
}

function damaged(what: string): Error {
  return invalidImage(`A run-length encoded frame ${what}: it is damaged or was cut off. Send it again.`);
}
