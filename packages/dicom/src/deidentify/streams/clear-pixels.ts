import { inflateRawSync } from 'node:zlib';
import { begins, findStreamKind } from '../../codecs/stream-kind.js';
import type { ImageHeader } from '../../describe/image-header.js';
import type { ParsedFile } from '../../parse/data-set.js';
import { findFragments, findUnusedItems, unusableTableBytes } from '../../pixels/fragments.js';
import { clearRle } from '../../pixels/rle.js';
import { invalidImage } from '../../refuse.js';
import { clearOverlayBits, findOverlayBits } from '../clear-overlay-bits.js';
import { clearBoxes } from './clear-boxes.js';
import { clearJpeg } from './clear-jpeg.js';
import { clearJpeg2000 } from './clear-jpeg2000.js';

/** Of a bare codestream of JPEG XL, which has no comments. */
const JPEG_XL = [0xff, 0x0a];
/** Of an item: its tag, and its length behind it. */
const TAG_BYTES = 4;
const ITEM_HEADER_BYTES = 8;

/**
 * Clears comments in the compressed streams of a file's pixels, and whatever no pixel is decoded from, in `copy`, which
 * holds them from their first item on, and gives it. Offsets count from the second item, from which on nothing moves. A
 * first item that is no table of offsets is empty afterwards: some readers would take zeros for offsets. Throws
 * INVALID_IMAGE for streams that cannot be read.
 */
export function clearPixels(file: ParsedFile, header: ImageHeader, copy: Uint8Array, maxItems: number): Uint8Array {
  const { dataOffset } = header.pixelData;
  for (const fragments of findFragments(file, header, maxItems)) {
    const pieces = fragments.map(({ start, length }) => copy.subarray(start - dataOffset, start - dataOffset + length));
    // A comment may go on from one piece to the next.
    const stream = Buffer.concat(pieces);
    clearFrame(file, header, stream);
    let at = 0;
    for (const piece of pieces) {
      piece.set(stream.subarray(at, at + piece.length));
      at += piece.length;
    }
  }
  for (const { start, length } of findUnusedItems(file, header, maxItems)) {
    copy.fill(0, start - dataOffset, start - dataOffset + length);
  }
  return withoutTable(copy, unusableTableBytes(file, header, maxItems));
}

function withoutTable(items: Uint8Array, tableBytes: number): Uint8Array {
  if (tableBytes === 0) return items;
  const rest = items.slice(tableBytes);
  rest.set(items.subarray(0, TAG_BYTES));
  rest.fill(0, TAG_BYTES, ITEM_HEADER_BYTES);
  return rest;
}

function clearFrame(file: ParsedFile, header: ImageHeader, stream: Buffer): void {
  const { encoding } = file.transferSyntax;
  const { rows, columns, samples, bitsAllocated } = header;
  const bytes = Math.ceil((rows * columns * samples * bitsAllocated) / 8);
  if (encoding === 'rle') clearRle(stream, header, findOverlayBits(file, header));
  else if (encoding === 'deflated-frames') stream.fill(0, measureDeflated(stream, bytes));
  else if (encoding === 'native' && !findStreamKind(stream)) {
    stream.fill(0, bytes);
    clearOverlayBits(file, header, stream);
  } else clearStream(stream, encoding === 'codestream');
}

/** How many bytes a deflated frame takes; of a damaged one nothing stays. */
function measureDeflated(stream: Buffer, inflatedBytes: number): number {
  try {
    // An odd frame is padded by one byte. Node's types do not know what `info` is for.
    const inflated: unknown = inflateRawSync(stream, { info: true, maxOutputLength: inflatedBytes + 1 });
    return (inflated as { readonly engine: { readonly bytesWritten: number } }).engine.bytesWritten;
  } catch {
    return 0;
  }
}

/** Clears one stream in place. Throws INVALID_IMAGE for one of no known kind where it must be compressed. */
export function clearStream(stream: Uint8Array, isCompressed: boolean): void {
  const kind = findStreamKind(stream);
  if (kind === 'jpeg') clearJpeg(stream);
  else if (kind === 'jpeg2000' && stream[0] === 0xff) clearJpeg2000(stream);
  else if (kind === 'jpeg2000') clearBoxes(stream, clearJpeg2000);
  else if (kind === 'jpegxl' && !begins(stream, JPEG_XL)) clearBoxes(stream, () => undefined);
  else if (kind === undefined && isCompressed) {
    throw invalidImage(
      'The compressed pixels begin like no stream that is known, and a name may be in them: the file is damaged. Send it again.',
    );
  }
}
