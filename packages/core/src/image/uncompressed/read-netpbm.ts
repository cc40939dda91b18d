import type { ImageFile } from '../../contract/index.js';
import { damaged, unsupported } from '../decoding/decode-faults.js';
import type { UncompressedFormat } from '../decoding/sniff-format.js';
import { viewOf } from '../decoding/image-file.js';
import type { UncompressedPicture } from './uncompressed-picture.js';

/** Comments may stand in a header; one of more than this is none that a program writes. */
const MOST_HEADER_BYTES = 64 * 1024;

/** White space, and comments up to the end of their line. */
const GAP = String.raw`(?:[ \t\n\v\f\r]|#[^\n\r]*[\n\r])+`;
const HEADER = new RegExp(String.raw`^P[56]${GAP}(\d{1,9})${GAP}(\d{1,9})${GAP}(\d{1,9})(?:#[^\n\r]*)?[ \t\n\v\f\r]`);
/** What another picture in the same file begins with. */
const ANOTHER = /^\s*P[1-7]\s/;

/**
 * The header of a binary PGM or PPM, after the manual pages of Netpbm: P5 or P6, width, height, the value of white, one
 * byte of white space. Samples of more than 255 take two bytes, the higher one first. Rejects with UNSUPPORTED_FORMAT
 * for a file of several pictures, and INVALID_IMAGE for a header that cannot be.
 */
export async function readNetpbm(
  file: ImageFile,
  format: Exclude<UncompressedFormat, 'bmp'>,
): Promise<UncompressedPicture> {
  const start = Buffer.from(await file.read(0, MOST_HEADER_BYTES)).toString('latin1');
  const [header, ...numbers] = HEADER.exec(start) ?? [];
  if (header === undefined) throw damaged(format);
  const [width, height, largest] = numbers.map(Number) as [number, number, number];
  if (width < 1 || height < 1 || largest < 1 || largest > 0xffff) throw damaged(format);
  const colours = format === 'pgm' ? 1 : 3;
  const isDeep = largest > 0xff;
  const from = header.length;
  const rowSamples = width * colours;
  const length = rowSamples * height * (isDeep ? 2 : 1);
  if (from + length > file.size) throw damaged(format);
  const behind = Buffer.from(await file.read(from + length, 16)).toString('latin1');
  if (ANOTHER.test(behind)) {
    throw unsupported(`a ${format.toUpperCase()} of several pictures`, 'Save each as a file of its own.');
  }
  const readRows: UncompressedPicture['readRows'] = (bytes, { first, end }, out) => {
    const [firstSample, count] = [first * rowSamples, (end - first) * rowSamples];
    if (isDeep) readDeep(bytes.subarray(from + firstSample * 2, from + (firstSample + count) * 2), out);
    else out.set(bytes.subarray(from + firstSample, from + firstSample + count));
    for (let sample = 0; sample < count; sample += 1) if (out[sample]! > largest) throw damaged(format);
  };
  return { format, width, height, colours, largest, readRows };
}

function readDeep(bytes: Uint8Array, out: Uint8Array | Uint16Array): void {
  const view = viewOf(bytes);
  for (let at = 0; at < bytes.length; at += 2) out[at / 2] = view.getUint16(at);
}
