import type { ImageHeader } from '../../describe/image-header.js';
import type { ParsedFile } from '../../parse/data-set.js';
import { findByExtendedOffsets } from '../../pixels/fragments.js';

/** Extended Offset Table, and Extended Offset Table Lengths. */
export const OFFSET_TABLES: readonly string[] = ['x7fe00001', 'x7fe00002'];
const NUMBER_BYTES = 8;

/**
 * The value of one of `OFFSET_TABLES`, without any text; undefined where no frame is found by it. Lengths that are not
 * those of the frames' pieces become these; a frame of odd length has one byte less than its pieces.
 */
export function fitOffsets(
  file: ParsedFile,
  header: ImageHeader,
  { tag, value, maxItems }: { readonly tag: string; readonly value: Uint8Array; readonly maxItems: number },
): Uint8Array | undefined {
  if (header.pixelData.hadUndefinedLength !== true) return undefined;
  const frames = findByExtendedOffsets(file, header, maxItems);
  if (!frames || tag === OFFSET_TABLES[0]) return frames && value;
  const { littleEndian } = file.encoding;
  const given = new DataView(value.buffer, value.byteOffset, value.byteLength);
  const fitted = new DataView(new ArrayBuffer(frames.length * NUMBER_BYTES));
  frames.forEach((pieces, frame) => {
    const at = frame * NUMBER_BYTES;
    const length = BigInt(pieces.reduce((sum, piece) => sum + piece.length, 0));
    const isOdd = at + NUMBER_BYTES <= value.length && given.getBigUint64(at, littleEndian) === length - 1n;
    fitted.setBigUint64(at, isOdd ? length - 1n : length, littleEndian);
  });
  return new Uint8Array(fitted.buffer);
}
