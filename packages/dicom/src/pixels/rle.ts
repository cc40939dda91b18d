import { invalidImage } from '../refuse.js';
import type { FrameShape } from './frame-shape.js';

const HEADER_BYTES = 64;
const MOST_SEGMENTS = 15;

/**
 * DICOM's RLE (PS3.5, annex G): one segment for each byte of each sample, the most significant first.
 * Answers with little-endian samples of a pixel together, of `bytesPerSample` each.
 */
export function decodeRle(frame: Uint8Array, { rows, columns, samples, bitsAllocated }: FrameShape): Uint8Array {
  const isBits = bitsAllocated === 1;
  const bytesPerSample = isBits ? 1 : bitsAllocated / 8;
  const segments = samples * bytesPerSample;
  if (frame.length < HEADER_BYTES) throw damaged('is shorter than its header');
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const declared = view.getUint32(0, true);
  if (declared !== segments || declared > MOST_SEGMENTS)
    throw damaged(`has ${declared} segments instead of ${segments}`);

  const pixels = rows * columns;
  const segmentBytes = isBits ? Math.ceil(pixels / 8) : pixels;
  const data = new Uint8Array(segmentBytes * segments);
  for (let segment = 0; segment < segments; segment += 1) {
    const start = view.getUint32(4 + segment * 4, true);
    const end = segment + 1 < segments ? view.getUint32(8 + segment * 4, true) : frame.length;
    if (start < HEADER_BYTES || end < start || end > frame.length)
      throw damaged('has segments that overlap or lie outside it');
    const sample = Math.floor(segment / bytesPerSample);
    const significance = bytesPerSample - 1 - (segment % bytesPerSample);
    unpackSegment(frame.subarray(start, end), data, sample * bytesPerSample + significance, segments, segmentBytes);
  }
  return data;
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
