import type { ImageFile } from '../../contract/index.js';
import { unsupported } from '../decoding/decode-faults.js';

/** A file with more segments before its frame is left to the decoder, which says what is wrong with it. */
const MOST_SEGMENTS = 512;

/** What a JPEG's start-of-frame segment says. */
interface JpegFrame {
  readonly marker: number;
  readonly precision: number;
  readonly components: number;
}

/** Huffman and arithmetic coding, sequential and progressive. */
const READ_MARKERS: ReadonlySet<number> = new Set([0xc0, 0xc1, 0xc2, 0xc9, 0xca]);
const LOSSLESS_MARKERS: ReadonlySet<number> = new Set([0xc3, 0xc7, 0xcb, 0xcf]);
const JPEG_LS_MARKER = 0xf7;

/**
 * Throws UNSUPPORTED_FORMAT for a JPEG stream, at `at` in the file, of a kind that is not read; `within` stands before
 * its name.
 */
export async function checkJpegFrame(file: ImageFile, at: number, advice: string, within = 'a'): Promise<void> {
  const frame = await readJpegFrame(file, at);
  if (!frame) return;
  const { marker, precision, components } = frame;
  if (marker === JPEG_LS_MARKER) throw unsupported(`${within} JPEG-LS`, advice);
  if (LOSSLESS_MARKERS.has(marker)) throw unsupported(`${within} lossless JPEG`, advice);
  if (!READ_MARKERS.has(marker)) throw unsupported(`${within} hierarchical JPEG`, advice);
  if (precision !== 8) throw unsupported(`${within} JPEG of ${precision} bits`, advice);
  if (![1, 3, 4].includes(components)) throw unsupported(`${within} JPEG of ${components} components`, advice);
}

/** Undefined where there is none, as in a stream that is damaged or holds tables only. */
async function readJpegFrame(file: ImageFile, start: number): Promise<JpegFrame | undefined> {
  let at = start + 2;
  for (let segment = 0; segment < MOST_SEGMENTS; segment += 1) {
    const head = await file.read(at, 10);
    if (head.length < 10 || head[0] !== 0xff) return undefined;
    const marker = head[1]!;
    if (marker === 0xff) at += 1;
    else if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) at += 2;
    else if (marker === 0xd9 || marker === 0xda) return undefined;
    else if (isFrame(marker)) return { marker, precision: head[4]!, components: head[9]! };
    else at += 2 + head[2]! * 256 + head[3]!;
  }
  return undefined;
}

/** C4, C8 and CC lie among the frames' markers and are tables. */
function isFrame(marker: number): boolean {
  return marker === JPEG_LS_MARKER || (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker));
}
