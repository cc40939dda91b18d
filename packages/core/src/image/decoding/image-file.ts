import { open } from 'node:fs/promises';

/** The bytes of an image's file, of which a few are read at a time: a header may lie anywhere in a file that is not in memory. */
export interface ImageFile {
  /** As sharp takes it: the bytes, or the path of the file. */
  readonly source: Uint8Array | string;
  readonly size: number;
  /** Up to `length` bytes from `at` on; fewer at the end of the file, none beyond it. */
  read(at: number, length: number): Promise<Uint8Array>;
}

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
    read: (at, length) => Promise.resolve(bytes.subarray(Math.min(at, bytes.length), at + length)),
  };
}

/** The numbers in a piece of a file. */
export function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
