import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { type Asker, CallerTurns } from '../../caller-turns.js';
import { NoRegularFile, openFile } from './keep-file.js';
import type { StoredImage } from '../stored-image.js';

/** Hashing so much takes about a millisecond: the event loop must not wait longer. */
const CHUNK_BYTES = 2 ** 20;

/** The file at the path is not the image that its name says. */
export class WrongContent extends Error {
  override readonly name = 'WrongContent';
}

/** Whether the file at the path cannot be read as the image that its name says, however often that is tried. */
export function isWrongFile(error: unknown): boolean {
  return error instanceof WrongContent || error instanceof NoRegularFile;
}

/** The bytes of an image's file; rejects with WrongContent if they are not those of its digest. */
export async function readVerified(path: string, image: StoredImage, signal?: AbortSignal): Promise<Uint8Array> {
  const content = Buffer.allocUnsafeSlow(image.bytes);
  await hashFile(path, image, signal, (offset) => content.subarray(offset, offset + CHUNK_BYTES));
  return content;
}

/** The check of one file, for all who ask for it at one time. */
interface Check {
  readonly controller: AbortController;
  readonly begin: () => void;
  readonly ended: Promise<void>;
  waiting: number;
}

/**
 * Holds files against their digests for others who read them: one after the other, since chunks of hundreds of files
 * would have one turn of the event loop, and a file once for all who ask at one time. Callers take turns.
 */
export class FileChecks {
  readonly #checks = new Map<StoredImage, Check>();
  readonly #turns = new CallerTurns();

  /**
   * Rejects as `readVerified`, or at once with the signal's reason: a file that nobody waits for any more is not read
   * on. Holds one chunk in memory.
   */
  async check(path: string, image: StoredImage, asker: Asker): Promise<void> {
    const check = this.#checks.get(image) ?? startCheck(path, image);
    this.#checks.set(image, check);
    check.waiting += 1;
    const turn = this.#turns.take(asker, () => {
      check.begin();
      return check.ended;
    });
    try {
      await Promise.race([turn, check.ended]);
    } finally {
      check.waiting -= 1;
      if (check.waiting === 0) {
        if (this.#checks.get(image) === check) this.#checks.delete(image);
        check.controller.abort();
      }
    }
  }
}

/** It begins when the first turn of those who wait for it has come. */
function startCheck(path: string, image: StoredImage): Check {
  const controller = new AbortController();
  let begin: () => void = () => undefined;
  const begun = new Promise<void>((resolve) => (begin = resolve));
  const ended = begun.then(() => verifyFile(path, image, controller.signal));
  return { controller, begin, ended, waiting: 0 };
}

async function verifyFile(path: string, image: StoredImage, signal: AbortSignal): Promise<void> {
  const chunk = Buffer.allocUnsafe(Math.min(image.bytes, CHUNK_BYTES));
  await hashFile(path, image, signal, (offset) => chunk.subarray(0, image.bytes - offset));
}

/** Whether a file has these very bytes; false where there is none. */
export async function hasBytes(path: string, content: Buffer): Promise<boolean> {
  const file = await openFile(path).catch(() => undefined);
  if (!file) return false;
  try {
    if ((await file.stat()).size !== content.length) return false;
    const found = Buffer.allocUnsafeSlow(content.length);
    await readInto(file, found, 0);
    return content.equals(found);
  } catch {
    return false; // whatever is wrong with it, it is not these bytes
  } finally {
    await file.close();
  }
}

/** `placeAt` says where the bytes from an offset on are to go. */
async function hashFile(
  path: string,
  { id, bytes }: StoredImage,
  signal: AbortSignal | undefined,
  placeAt: (offset: number) => Buffer,
): Promise<void> {
  const file = await openFile(path);
  try {
    if ((await file.stat()).size !== bytes) throw new WrongContent('The file has another length.');
    const hash = createHash('sha256');
    for (let offset = 0; offset < bytes;) {
      signal?.throwIfAborted();
      const place = placeAt(offset);
      offset += await readInto(file, place, offset);
      hash.update(place);
    }
    if (hash.digest('hex') !== id) throw new WrongContent('The file has another digest.');
  } finally {
    await file.close();
  }
}

/** Fills `place`, which a read may do in several steps. */
async function readInto(file: FileHandle, place: Buffer, position: number): Promise<number> {
  for (let filled = 0; filled < place.length;) {
    const { bytesRead } = await file.read(place, filled, place.length - filled, position + filled);
    if (bytesRead === 0) throw new WrongContent('The file was cut off while it was read.');
    filled += bytesRead;
  }
  return place.length;
}
