import { createHash, webcrypto } from 'node:crypto';
import { ZooError } from '../contract/index.js';

/** The bytes of an image file and their digest, by which the image is known. */
export interface SourceImage {
  readonly bytes: Uint8Array;
  readonly sha256: string;
}

/** Throws INVALID_IMAGE for what TypeScript would not have let through. */
export function checkBytes(bytes: unknown): asserts bytes is Uint8Array {
  if (bytes instanceof Uint8Array) return;
  throw new ZooError('INVALID_IMAGE', `An image is the bytes of its file, a Uint8Array; got ${typeof bytes}.`);
}

/** Less than 0.2 ms, which is less than the way to another thread and back. */
const HASH_HERE_BYTES = 256 * 1024;

/** Hashes what is large on another thread: 20 MB take longer than an event loop should wait. */
export async function identifyImage(bytes: Uint8Array): Promise<SourceImage> {
  checkBytes(bytes);
  if (bytes.length <= HASH_HERE_BYTES) return { bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
  const digest = await webcrypto.subtle.digest('SHA-256', bytes);
  return { bytes, sha256: Buffer.from(digest).toString('hex') };
}
