import { open } from 'node:fs/promises';
import { SNIFFED_BYTES } from './kind-of-file.js';

/** The first bytes of a file, enough to tell what it is. */
export async function readStart(path: string): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(SNIFFED_BYTES), 0, SNIFFED_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
