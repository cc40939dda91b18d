import type { ImageFile } from '../../contract/index.js';
import { unsupported } from '../decoding/decode-faults.js';
import { viewOf } from '../decoding/image-file.js';

/** A file with more chunks before its pixels is left to the decoder. */
const MOST_CHUNKS = 512;
/** Chunks of pixels are often of 8 KiB. Behind more of them, 128 MiB, no EXIF is looked for: to walk them takes 20 ms. */
const MOST_CHUNKS_OF_PIXELS = 16_384;
const SIGNATURE_BYTES = 8;
/** Of a chunk beside its data: its length and its name in front, its checksum behind. */
const FRAME_BYTES = 12;
/** Of an EXIF segment in any file. */
const MOST_EXIF_BYTES = 65_536;

/** What is read of a PNG before libvips sees it. */
export interface PngTraits {
  /** 1 unless it is animated. Only its still picture, which comes first, is decoded. */
  readonly frames: number;
  /** The whole chunk of an EXIF that stands behind the pixels, where libvips does not find it. */
  readonly lateExif: Uint8Array | undefined;
}

interface Chunk {
  readonly name: string;
  readonly length: number;
  /** The first four bytes of its data, if it has as many. */
  readonly firstNumber: number;
}

/**
 * Reads the chunks of a PNG. Rejects with UNSUPPORTED_FORMAT for Xcode's own kind of PNG, whose colours other readers
 * get wrong.
 */
export async function checkPng(file: ImageFile): Promise<PngTraits> {
  let frames = 1;
  let hasExif = false;
  let at = SIGNATURE_BYTES;
  for (let index = 0; index < MOST_CHUNKS; index += 1) {
    const chunk = await readChunk(file, at);
    if (!chunk) break;
    if (chunk.name === 'CgBI')
      throw unsupported("a PNG that Apple's Xcode has packed for itself", 'Send the original PNG.');
    if (chunk.name === 'acTL') frames = Math.max(1, chunk.firstNumber);
    if (chunk.name === 'eXIf') hasExif = true;
    if (chunk.name === 'IDAT') return { frames, lateExif: hasExif ? undefined : await findExif(file, at) };
    at += FRAME_BYTES + chunk.length;
  }
  return { frames, lateExif: undefined };
}

/** The PNG with an EXIF that stands behind its pixels in front of them as well. */
export function withEarlyExif(bytes: Uint8Array, exif: Uint8Array): Uint8Array {
  const head = SIGNATURE_BYTES + FRAME_BYTES + viewOf(bytes).getUint32(SIGNATURE_BYTES);
  return Buffer.concat([bytes.subarray(0, head), exif, bytes.subarray(head)]);
}

async function findExif(file: ImageFile, from: number): Promise<Uint8Array | undefined> {
  let at = from;
  for (let index = 0; index < MOST_CHUNKS_OF_PIXELS; index += 1) {
    const chunk = await readChunk(file, at);
    if (!chunk || chunk.name === 'IEND') return undefined;
    if (chunk.name === 'eXIf' && chunk.length <= MOST_EXIF_BYTES) {
      const whole = await file.read(at, FRAME_BYTES + chunk.length);
      return whole.length < FRAME_BYTES + chunk.length ? undefined : whole.slice();
    }
    at += FRAME_BYTES + chunk.length;
  }
  return undefined;
}

/** Undefined behind the last whole one. */
async function readChunk(file: ImageFile, at: number): Promise<Chunk | undefined> {
  const head = await file.read(at, FRAME_BYTES);
  if (head.length < FRAME_BYTES) return undefined;
  const view = viewOf(head);
  const name = String.fromCharCode(...head.subarray(4, 8));
  return { name, length: view.getUint32(0), firstNumber: view.getUint32(8) };
}
