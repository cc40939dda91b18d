import type { ImageFile } from '../../contract/index.js';
import { unsupported } from '../decoding/decode-faults.js';
import { viewOf } from '../decoding/image-file.js';

/** libvips looks each frame up from the first one on: the square of their number, 50 s for 200,000 in 16 MB. */
const MOST_FRAMES = 8192;
/** A frame is a chunk; beside them stand a few of other kinds. */
const MOST_CHUNKS = MOST_FRAMES + 64;

/** Colour profiles, opacity and texts stand before the first picture; a file with more of them counts as lossy. */
const MOST_CHUNKS_BEFORE_PICTURE = 256;
const RIFF_BYTES = 12;
const CHUNK_BYTES = 8;
/** Size and place of one frame of an animation, before the chunk of its pixels. */
const FRAME_BYTES = 16;

/** Throws UNSUPPORTED_FORMAT for a WebP of more frames, or of more chunks of any kind, than libvips reads in time. */
export async function checkWebp(file: ImageFile): Promise<void> {
  const riff = await file.read(0, RIFF_BYTES);
  if (riff.length < RIFF_BYTES) return;
  const end = CHUNK_BYTES + sizeOf(riff); // what stands behind it is no part of the image
  let at = RIFF_BYTES;
  let frames = 0;
  for (let chunk = 0; chunk < MOST_CHUNKS && at < end; chunk += 1) {
    const head = await file.read(at, CHUNK_BYTES);
    if (head.length < CHUNK_BYTES) return;
    if (nameOf(head) === 'ANMF') frames += 1;
    if (frames > MOST_FRAMES) throw tooMany(`${MOST_FRAMES} frames`);
    at += CHUNK_BYTES + sizeOf(head);
  }
  if (at < end) throw tooMany(`${MOST_CHUNKS} chunks`);
}

function tooMany(what: string): Error {
  return unsupported(`a WebP of more than ${what}`, 'Split it into several files.');
}

/** Whether the first picture of a WebP lost values: its chunk is `VP8 `, and `VP8L` in a lossless file. */
export async function isLossyWebp(file: ImageFile): Promise<boolean> {
  let at = RIFF_BYTES;
  for (let chunk = 0; chunk < MOST_CHUNKS_BEFORE_PICTURE; chunk += 1) {
    const head = await file.read(at, CHUNK_BYTES);
    if (head.length < CHUNK_BYTES) return true;
    const name = nameOf(head);
    if (name === 'VP8L') return false;
    if (name === 'VP8 ') return true;
    at += CHUNK_BYTES + (name === 'ANMF' ? FRAME_BYTES : sizeOf(head));
  }
  return true;
}

function nameOf(head: Uint8Array): string {
  return String.fromCharCode(...head.subarray(0, 4));
}

/** Of a chunk's content; it has an even length in the file. */
function sizeOf(head: Uint8Array): number {
  const size = viewOf(head).getUint32(4, true);
  return size + (size % 2);
}
