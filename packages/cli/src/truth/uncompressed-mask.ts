import { readStoredPixels, sniffFormat } from '@medzoo/core';
import { mayHaveExif } from '../files/image-names.js';
import type { DecodedMask } from './decode-mask.js';

/** Whether a file is of a format that libvips does not read here: BMP, PGM or PPM. */
export function isUncompressed(bytes: Uint8Array): boolean {
  try {
    return !mayHaveExif(sniffFormat(bytes));
  } catch {
    return false; // another format, which libvips names
  }
}

/** As `decodeMask`, of a BMP, PGM or PPM. Rejects with core's errors. */
export async function decodeUncompressedMask(bytes: Uint8Array): Promise<DecodedMask> {
  const { data, dtype, rows, columns, samples } = await readStoredPixels(bytes);
  return {
    width: columns,
    height: rows,
    channels: samples === 1 ? 1 : 3,
    values: Uint16Array.from(data),
    alpha: undefined,
    fullValues: dtype === 'uint16' ? [255, 65535] : [255],
    orientation: 1,
  };
}
