import type { Bytes } from '@medzoo/core/contract';
import { clearStream } from './streams/clear-pixels.js';

/**
 * A copy of a JPEG 2000, JPEG-LS or other JPEG file whose comments, application segments and boxes of text are cleared.
 * Its pixels and its length stay. What is drawn into the pixels stays as well. Throws INVALID_IMAGE for a file that
 * cannot be read.
 */
export function deidentifyRaster(bytes: Uint8Array): Bytes {
  const copy = Uint8Array.from(bytes);
  clearStream(copy, true);
  return copy;
}
