import { createHash, webcrypto } from 'node:crypto';
import { types } from 'node:util';
import { ZooError, type ImageView } from '../../contract/index.js';

/** The bytes of an image file, and which picture in it is meant. */
export interface SourceImage {
  readonly bytes: Uint8Array;
  /** Of the file. */
  readonly sha256: string;
  readonly view: ImageView;
  /** By which the picture is known: embeddings and answers are kept under it. */
  readonly key: string;
}

/** Throws INVALID_IMAGE for what TypeScript would not have let through. */
export function checkBytes(bytes: unknown): asserts bytes is Uint8Array {
  if (types.isUint8Array(bytes)) return; // also one of another realm, as test runners make; not a Proxy of one
  throw new ZooError('INVALID_IMAGE', `An image is the bytes of its file, a Uint8Array; got ${typeof bytes}.`);
}

/** Bytes in memory that only this thread can change: hashing and messages between processes take no other. */
export function withOwnMemory(bytes: Uint8Array): Uint8Array {
  return bytes.buffer instanceof ArrayBuffer ? bytes : Uint8Array.from(bytes);
}

/** The file's digest, and what of the view differs from the default: another frame or window is another picture. */
export function imageKey(sha256: string, { frame, window }: ImageView = {}): string {
  if (frame === undefined && window === undefined) return sha256;
  return `${sha256} ${JSON.stringify([frame ?? null, window ? [window.center, window.width] : null])}`;
}

/** Less than 0.2 ms, which is less than the way to another thread and back. */
const HASH_HERE_BYTES = 256 * 1024;

/** Hashes what is large on another thread: 20 MB take longer than an event loop should wait. */
export async function identifyImage(given: Uint8Array, view: ImageView = {}): Promise<SourceImage> {
  checkBytes(given);
  const bytes = withOwnMemory(given);
  const sha256 = await digestOf(bytes);
  return { bytes, sha256, view, key: imageKey(sha256, view) };
}

async function digestOf(bytes: Uint8Array): Promise<string> {
  if (bytes.length <= HASH_HERE_BYTES) return createHash('sha256').update(bytes).digest('hex');
  return Buffer.from(await webcrypto.subtle.digest('SHA-256', bytes)).toString('hex');
}
