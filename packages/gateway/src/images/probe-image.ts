import { open } from 'node:fs/promises';
import { sniffFormat, ZooError } from '@medzoo/core';
import sharp from 'sharp';
import type { StoredImage } from './stored-image.js';

/** Enough for every signature. */
const START_BYTES = 512;

/** Format and size out of the header of a file, at a path or in memory, off the event loop; throws INVALID_IMAGE or UNSUPPORTED_FORMAT. */
export async function probeImage(file: string | Buffer): Promise<Pick<StoredImage, 'width' | 'height' | 'format'>> {
  const format = sniffFormat(typeof file === 'string' ? await readStart(file) : file);
  try {
    const { autoOrient } = await sharp(file, { limitInputPixels: false }).metadata();
    return { format, width: autoOrient.width, height: autoOrient.height };
  } catch (cause) {
    const message = `This begins like a ${format.toUpperCase()} but its header cannot be read: it is damaged or cut off.`;
    throw new ZooError('INVALID_IMAGE', `${message} Send it again.`, { details: { format }, cause });
  }
}

async function readStart(path: string): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(START_BYTES), 0, START_BYTES);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
