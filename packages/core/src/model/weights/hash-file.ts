import { constants } from 'node:buffer';
import { createHash, type Hash } from 'node:crypto';
import { constants as flagsOf } from 'node:fs';
import { open } from 'node:fs/promises';
import { freemem } from 'node:os';
import { ZooError, type Bytes } from '../../contract/index.js';

/**
 * Hashed or read in one go, a gigabyte would hold its thread for most of a second; a read of over 2 GiB is refused by
 * Node.
 */
const PIECE_BYTES = 8 * 2 ** 20;

/** Else a pipe would be waited for. Windows has no such flag. */
const READ_AT_ONCE = flagsOf.O_RDONLY | flagsOf.O_NONBLOCK; // of undefined, 0

export interface FoundFile {
  readonly sha256: string;
  readonly bytes: number;
}

/** Digest and size of a file, which is never in memory as a whole. */
export async function hashFile(path: string, signal?: AbortSignal, flags?: number): Promise<FoundFile> {
  let piece: Uint8Array | undefined;
  // A byte more than the file has, so that one that grows meanwhile is read to its end.
  const take = (size: number): Uint8Array => (piece ??= new Uint8Array(Math.min(PIECE_BYTES, size + 1)));
  const { hash, bytes } = await readPieces(path, (_, size) => take(size), { signal, flags });
  return { sha256: hash.digest('hex'), bytes };
}

/** A file's bytes with their digest. */
export async function readAndHash(
  path: string,
  signal?: AbortSignal,
  flags?: number,
): Promise<FoundFile & { readonly data: Bytes }> {
  let data = new Uint8Array();
  const { hash, bytes } = await readPieces(
    path,
    (offset, size) => {
      if (offset === 0) data = reserveBytes(size);
      return data.subarray(offset, offset + PIECE_BYTES);
    },
    { signal, flags },
  );
  return { sha256: hash.digest('hex'), bytes, data: data.subarray(0, bytes) };
}

/** Memory for a file; BACKEND_UNAVAILABLE where Node holds no piece of this size, or the machine has none. */
export function reserveBytes(size: number): Bytes {
  try {
    return new Uint8Array(size);
  } catch (cause) {
    throw new ZooError(
      'BACKEND_UNAVAILABLE',
      `Weights of ${gigabytes(size)} were to be held in one piece of memory, and there is none: Node ` +
        `${process.version} holds at most ${gigabytes(constants.MAX_LENGTH)} in one, and the machine has ` +
        `${gigabytes(freemem())} free. Node 20 stops at 4.3 GB, later ones do not; weights stored in half ` +
        '(convert --precision fp16-storage) are half as large.',
      { details: { bytes: size, mostBytes: constants.MAX_LENGTH }, cause },
    );
  }
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

async function readPieces(
  path: string,
  target: (offset: number, size: number) => Uint8Array,
  { signal, flags }: { readonly signal: AbortSignal | undefined; readonly flags: number | undefined },
): Promise<{ readonly hash: Hash; readonly bytes: number }> {
  const hash = createHash('sha256');
  const file = await open(path, flags ?? READ_AT_ONCE);
  try {
    const found = await file.stat();
    if (!found.isFile()) throw new Error('Weights are a regular file, and no device, pipe or folder.');
    const { size } = found;
    let offset = 0;
    for (;;) {
      signal?.throwIfAborted();
      const into = target(offset, size);
      if (into.length === 0) return { hash, bytes: offset };
      const { bytesRead } = await file.read(into, 0, into.length, offset);
      if (bytesRead === 0) return { hash, bytes: offset };
      hash.update(into.subarray(0, bytesRead));
      offset += bytesRead;
    }
  } finally {
    await file.close();
  }
}
