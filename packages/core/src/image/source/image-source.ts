import { createHash, webcrypto } from 'node:crypto';
import { types } from 'node:util';
import { ZooError, type ImageSource, type ImageView } from '../../contract/index.js';
import { checkImageView } from '../decoding/check-view.js';
import { nameOtherThanBytes } from './other-than-bytes.js';

/** The sources that were made here: anything else that looks like one may say a digest that its bytes do not have. */
const made = new WeakSet<object>();

/** Less than 0.2 ms, which is less than the way to another thread and back. */
const HASH_HERE_BYTES = 256 * 1024;

/** The first frame, in the window that is chosen for it. Of each view of its own, a check and a copy are made. */
const DEFAULT_VIEW: ImageView = Object.freeze({});

/**
 * Copies the bytes of an image file, at once, and hashes the copy, what is large on another thread: 20 MB take longer
 * than an event loop should wait. The digest then travels with the bytes, so that nobody hashes them again. Rejects
 * with INVALID_IMAGE or INVALID_PARAM.
 */
export async function createImageSource(given: Uint8Array, view: ImageView = DEFAULT_VIEW): Promise<ImageSource> {
  checkBytes(given);
  checkImageView(view);
  const bytes = new Uint8Array(given); // also of a view into shared memory, or one whose buffer may be resized
  return knownImageSource(bytes, await computeSha256(bytes), view);
}

/**
 * The same for bytes that the caller has hashed already and nobody changes any more, such as those of a store that
 * checks them: embeddings and answers are kept by this digest, so a wrong one gives one image's answers for another.
 */
export function knownImageSource(bytes: Uint8Array, sha256: string, view: ImageView = DEFAULT_VIEW): ImageSource {
  checkBytes(bytes);
  const isDefault = view === DEFAULT_VIEW;
  if (!isDefault) checkImageView(view);
  if (!/^[0-9a-f]{64}$/.test(sha256)) {
    throw new ZooError('INVALID_PARAM', 'sha256 must be 64 lower-case hexadecimal digits.', {
      details: { param: 'sha256' },
    });
  }
  const source = Object.freeze({ bytes, sha256, view: isDefault ? view : structuredClone(view) });
  made.add(source);
  return source;
}

/** Whether one of the functions above made it. */
export function isImageSource(value: unknown): value is ImageSource {
  return typeof value === 'object' && value !== null && made.has(value);
}

/**
 * By which a picture is known: the file's digest, and what of the view differs from the default. Another frame or
 * window is another picture.
 */
export function imageKey(sha256: string, { frame, window, slices }: ImageView = {}): string {
  if (frame === undefined && window === undefined && slices === undefined) return sha256;
  const shape = window && [window.center, window.width, ...(window.function ? [window.function] : [])];
  const parts = [frame ?? null, shape ?? null, ...(slices === undefined ? [] : [slices])];
  return `${sha256} ${JSON.stringify(parts)}`;
}

/** Throws INVALID_IMAGE for what TypeScript would not have let through. */
export function checkBytes(bytes: unknown): asserts bytes is Uint8Array {
  if (types.isUint8Array(bytes)) return; // also one of another realm, as test runners make; not a Proxy of one
  throw new ZooError(
    'INVALID_IMAGE',
    `An image is the bytes of its file, a Uint8Array; got ${nameOtherThanBytes(bytes)}`,
  );
}

/** In hexadecimal, of bytes that nobody changes meanwhile. */
export async function computeSha256(bytes: Uint8Array): Promise<string> {
  if (bytes.length <= HASH_HERE_BYTES) return createHash('sha256').update(bytes).digest('hex');
  const own = bytes.buffer instanceof ArrayBuffer ? (bytes as Uint8Array<ArrayBuffer>) : Uint8Array.from(bytes);
  return Buffer.from(await webcrypto.subtle.digest('SHA-256', own)).toString('hex');
}
