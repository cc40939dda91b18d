import { begins, findStreamKind } from '../../codecs/stream-kind.js';
import type { ImageHeader } from '../../describe/image-header.js';
import type { ParsedFile } from '../../parse/data-set.js';
import { findFragments } from '../../pixels/fragments.js';
import { invalidImage } from '../../refuse.js';
import { clearBoxes } from './clear-boxes.js';
import { clearJpeg } from './clear-jpeg.js';
import { clearJpeg2000 } from './clear-jpeg2000.js';

/** Of a bare codestream of JPEG XL, which has no comments. */
const JPEG_XL = [0xff, 0x0a];

/**
 * Clears comments in the compressed streams of a file's pixels, in `copy`, which holds them from their first item on.
 * Nothing moves, so that offset tables still fit. Throws INVALID_IMAGE for streams that cannot be read.
 */
export function clearPixels(file: ParsedFile, header: ImageHeader, copy: Uint8Array, maxItems: number): void {
  const { dataOffset } = header.pixelData;
  const { encoding } = file.transferSyntax;
  if (encoding === 'rle' || encoding === 'deflated-frames') return; // these have pixels alone
  for (const fragments of findFragments(file, header, maxItems)) {
    const pieces = fragments.map(({ start, length }) => copy.subarray(start - dataOffset, start - dataOffset + length));
    // A comment may go on from one piece to the next.
    const stream = Buffer.concat(pieces);
    clearStream(stream, encoding === 'codestream');
    let at = 0;
    for (const piece of pieces) {
      piece.set(stream.subarray(at, at + piece.length));
      at += piece.length;
    }
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
