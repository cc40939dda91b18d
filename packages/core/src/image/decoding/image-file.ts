import { open } from 'node:fs/promises';
import type { ImageFile } from '../../contract/index.js';

/** Gives `work` the file at a path, or one whose bytes are in memory. */
export async function withImageFile<T>(source: Uint8Array | string, work: (file: ImageFile) => Promise<T>): Promise<T> {
  if (typeof source !== 'string') return work(fileOf(source));
  const handle = await open(source);
  try {
    const { size } = await handle.stat();
    const read = async (at: number, length: number): Promise<Uint8Array> => {
      if (at >= size) return new Uint8Array();
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(Math.min(length, size - at)), 0, undefined, at);
      return buffer.subarray(0, bytesRead);
    };
    return await work({ source, size, read });
  } finally {
    await handle.close();
  }
}

export function fileOf(bytes: Uint8Array): ImageFile {
  return {
    source: bytes,
    size: bytes.length,
    // All of it is the bytes themselves: a decoder knows what it has parsed by the array that it came from.
    read: (at, length) =>
      Promise.resolve(
        at === 0 && length >= bytes.length ? bytes : bytes.subarray(Math.min(at, bytes.length), at + length),
      ),
  };
}

/** The numbers in a piece of a file. */
export function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
