import type { ImageFile } from '../../contract/index.js';
import { unsupported } from '../decoding/decode-faults.js';
import { viewOf } from '../decoding/image-file.js';

/** A file with more chunks before its pixels is left to the decoder. */
const MOST_CHUNKS = 512;
const SIGNATURE_BYTES = 8;

/**
 * How many frames a PNG has: 1 unless it is animated. Only its still picture, which comes first, is decoded. Rejects
 * with UNSUPPORTED_FORMAT for Xcode's own kind of PNG, whose colours other readers get wrong.
 */
export async function countPngFrames(file: ImageFile): Promise<number> {
  let at = SIGNATURE_BYTES;
  for (let chunk = 0; chunk < MOST_CHUNKS; chunk += 1) {
    const head = await file.read(at, 12);
    if (head.length < 12) return 1;
    const name = String.fromCharCode(...head.subarray(4, 8));
    if (name === 'CgBI') throw unsupported("a PNG that Apple's Xcode has packed for itself", 'Send the original PNG.');
    if (name === 'acTL') return Math.max(1, viewOf(head).getUint32(8));
    if (name === 'IDAT') return 1;
    at += 12 + viewOf(head).getUint32(0);
  }
  return 1;
}
