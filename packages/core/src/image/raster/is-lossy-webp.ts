import type { ImageFile } from '../../contract/index.js';
import { viewOf } from '../decoding/image-file.js';

/** Colour profiles, opacity and texts stand before the first picture; a file with more of them counts as lossy. */
const MOST_CHUNKS = 256;
const RIFF_BYTES = 12;
const CHUNK_BYTES = 8;
/** Size and place of one frame of an animation, before the chunk of its pixels. */
const FRAME_BYTES = 16;

/** Whether the first picture of a WebP lost values: its chunk is `VP8 `, and `VP8L` in a lossless file. */
export async function isLossyWebp(file: ImageFile): Promise<boolean> {
  let at = RIFF_BYTES;
  for (let chunk = 0; chunk < MOST_CHUNKS; chunk += 1) {
    const head = await file.read(at, CHUNK_BYTES);
    if (head.length < CHUNK_BYTES) return true;
    const name = String.fromCharCode(...head.subarray(0, 4));
    if (name === 'VP8L') return false;
    if (name === 'VP8 ') return true;
    const size = viewOf(head).getUint32(4, true);
    at += CHUNK_BYTES + (name === 'ANMF' ? FRAME_BYTES : size + (size % 2));
  }
  return true;
}
