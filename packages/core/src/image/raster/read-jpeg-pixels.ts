import { readPixels, type Pixels, type PixelSource } from './read-pixels.js';

/**
 * What libjpeg says of pixels that it could not make out. It only warns of them, and goes on with grey or with whatever
 * the bits happen to mean.
 */
const DAMAGE = /Corrupt JPEG data: (premature end|bad|found marker)/;

/**
 * The pixels of a JPEG; rejects where some of them are lost. Other warnings, such as of a header that is unusual, are
 * of files that every viewer shows: those are read again without minding them.
 */
export async function readJpegPixels(source: PixelSource): Promise<Pixels> {
  try {
    return await readPixels({ ...source, failOn: 'warning' });
  } catch (error) {
    const message = error instanceof Error ? error.message : '';
    if (message.startsWith('timeout') || DAMAGE.test(message)) throw error;
    return readPixels({ ...source, failOn: 'error' });
  }
}
