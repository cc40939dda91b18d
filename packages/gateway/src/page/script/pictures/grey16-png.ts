import type { Pixels } from './paint.js';

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** By the colour type of a PNG's header: samples of a pixel, the first being the grey one. */
const SAMPLES: Readonly<Record<number, number>> = { 0: 1, 4: 2 };

interface Header {
  readonly width: number;
  readonly height: number;
  /** Bytes of a pixel and of a row. */
  readonly step: number;
  readonly stride: number;
}

/**
 * The pixels of a PNG of 16-bit grey, its own darkest..brightest value mapped to 0..255 as core's `decodeImage` does;
 * undefined for any other file, and for an interlaced or damaged one. Browsers show such files by their upper 8 bits: a
 * film of 12 bits is black.
 */
export async function decodeGrey16Png(bytes: Uint8Array<ArrayBuffer>): Promise<Pixels | undefined> {
  const header = readHeader(bytes);
  if (!header) return undefined;
  try {
    const rows = unfilter(await inflate(readImageData(bytes)), header);
    return rows && stretch(rows, header);
  } catch {
    return undefined; // damaged: what is wrong with it is for the gateway to say
  }
}

function readHeader(bytes: Uint8Array): Header | undefined {
  if (bytes.length < 33 || !SIGNATURE.every((byte, at) => bytes[at] === byte)) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  const [depth, colour, , , interlace] = bytes.subarray(24, 29);
  const samples = SAMPLES[colour!];
  if (depth !== 16 || samples === undefined || interlace !== 0) return undefined;
  return { width, height, step: 2 * samples, stride: 2 * samples * width };
}

/** The data of all IDAT chunks: each is a length, a name, that many bytes, and a checksum. */
function readImageData(bytes: Uint8Array<ArrayBuffer>): Blob {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for (let at = SIGNATURE.length; at + 8 <= bytes.length;) {
    const length = view.getUint32(at);
    const name = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (name === 'IDAT') parts.push(bytes.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  return new Blob(parts);
}

async function inflate(data: Blob): Promise<Uint8Array> {
  const stream = data.stream().pipeThrough(new DecompressionStream('deflate'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Undoes the filter that each row names in its first byte (PNG, chapter 9); undefined if rows are missing. */
function unfilter(filtered: Uint8Array, { height, step, stride }: Header): Uint8Array | undefined {
  if (filtered.length < height * (stride + 1)) return undefined;
  const rows = new Uint8Array(height * stride);
  for (let row = 0; row < height; row += 1) {
    const filter = filtered[row * (stride + 1)]!;
    const from = row * (stride + 1) + 1;
    const to = row * stride;
    for (let index = 0; index < stride; index += 1) {
      const left = index >= step ? rows[to + index - step]! : 0;
      const up = row > 0 ? rows[to + index - stride]! : 0;
      const corner = row > 0 && index >= step ? rows[to + index - stride - step]! : 0;
      rows[to + index] = filtered[from + index]! + predict(filter, left, up, corner); // modulo 256, as the array wraps
    }
  }
  return rows;
}

function predict(filter: number, left: number, up: number, corner: number): number {
  if (filter === 1) return left;
  if (filter === 2) return up;
  if (filter === 3) return (left + up) >> 1;
  if (filter !== 4) return 0;
  const [toLeft, toUp, toCorner] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)];
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
}

function stretch(rows: Uint8Array, { width, height, step }: Header): Pixels {
  const valueOf = (pixel: number): number => rows[pixel * step]! * 256 + rows[pixel * step + 1]!;
  let [min, max] = [0xffff, 0];
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    min = Math.min(min, valueOf(pixel));
    max = Math.max(max, valueOf(pixel));
  }
  const scale = max > min ? 255 / (max - min) : 0;
  const data = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    data.fill(Math.round((valueOf(pixel) - min) * scale), pixel * 4, pixel * 4 + 3);
  }
  return { width, height, data };
}
