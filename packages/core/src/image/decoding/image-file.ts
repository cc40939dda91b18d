import { open } from 'node:fs/promises';
import type { ImageFile } from '../../contract/index.js';

/** A header of thousands of segments would otherwise be as many reads of the disk. */
const READ_AHEAD_BYTES = 64 * 1024;

/** Gives `work` the file at a path, or one whose bytes are in memory. */
export async function withImageFile<T>(source: Uint8Array | string, work: (file: ImageFile) => Promise<T>): Promise<T> {
  if (typeof source !== 'string') return work(fileOf(source));
  const handle = await open(source);
  try {
    const { size } = await handle.stat();
    const readPiece = async (at: number, length: number): Promise<Uint8Array> => {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(Math.min(length, size - at)), 0, undefined, at);
      return buffer.subarray(0, bytesRead);
    };
    return await work({ source, size, read: readAhead(readPiece, size) });
  } finally {
    await handle.close();
  }
}

interface Piece {
  readonly at: number;
  readonly bytes: Uint8Array;
}

/** Serves small reads from the last large one, in turn: those that come at once would each read a large one. */
function readAhead(readPiece: ImageFile['read'], size: number): ImageFile['read'] {
  let last: Promise<Piece> = Promise.resolve({ at: 0, bytes: new Uint8Array() });
  return async (at, length) => {
    const end = Math.min(at + length, size);
    if (at >= end) return new Uint8Array();
    if (length >= READ_AHEAD_BYTES) return readPiece(at, length);
    last = last.then(async (piece) => {
      if (at >= piece.at && end <= piece.at + piece.bytes.length) return piece;
      return { at, bytes: await readPiece(at, READ_AHEAD_BYTES) };
    });
    const piece = await last;
    return piece.bytes.subarray(at - piece.at, end - piece.at);
  };
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
