import { invalidImage } from '../refuse.js';
import type { FrameShape } from '../pixels/frame-shape.js';
import { begins } from './stream-kind.js';

const CODESTREAM = [0xff, 0x0a];
const BOXES = [0x6a786c63, 0x6a786c70];
/** Bits of a side, by the two bits before it. */
const SIDE_BITS = [9, 13, 18, 30] as const;
/** Width by height, by the three bits between them. */
const RATIOS = [0, 1, 12 / 10, 4 / 3, 3 / 2, 16 / 9, 5 / 4, 2] as const;

/**
 * Throws INVALID_IMAGE unless a JPEG XL stream is as large as its file says (ISO/IEC 18181-1, SizeHeader): its decoder
 * believes the stream.
 */
export function checkJpegXlSize(bytes: Uint8Array, { rows, columns }: FrameShape): void {
  const { width, height } = readSize(findCodestream(bytes));
  if (width === columns && height === rows) return;
  throw invalidImage(
    `The file's header says ${columns}x${rows}; its compressed pixels say ${width}x${height}. The file is damaged.`,
  );
}

function findCodestream(bytes: Uint8Array): Uint8Array {
  if (begins(bytes, CODESTREAM)) return bytes.subarray(2);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + 16 <= bytes.length;) {
    const length = view.getUint32(at);
    const kind = view.getUint32(at + 4);
    // A partial codestream (jxlp) begins with its number.
    const start = at + 8 + (kind === BOXES[1] ? 4 : 0);
    if (BOXES.includes(kind) && begins(bytes.subarray(start), CODESTREAM)) return bytes.subarray(start + 2);
    if (length < 8) break;
    at += length;
  }
  throw invalidImage('A JPEG XL stream in this file has no readable header: it is damaged. Send it again.');
}

/** Bits are packed from the least significant one of each byte on. */
function readSize(bytes: Uint8Array): { readonly width: number; readonly height: number } {
  let position = 0;
  const read = (count: number): number => {
    let value = 0;
    for (let bit = 0; bit < count; bit += 1, position += 1) {
      value += (((bytes[position >> 3] ?? 0) >> (position & 7)) & 1) * 2 ** bit;
    }
    return value;
  };
  const isSmall = read(1) === 1;
  const readSide = (): number => (isSmall ? (read(5) + 1) * 8 : read(SIDE_BITS[read(2)]!) + 1);
  const height = readSide();
  const ratio = RATIOS[read(3)]!;
  return { height, width: ratio === 0 ? readSide() : Math.floor(height * ratio) };
}
