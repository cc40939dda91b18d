import { Blob } from 'node:buffer';
import { types } from 'node:util';

/** What was given in place of an image's bytes, and how its bytes are had; the end of a sentence. */
export function nameOtherThanBytes(given: unknown): string {
  if (typeof given === 'string') return 'string. Read the file first: `await readFile(path)`.';
  if (given === null) return 'null.';
  if (typeof given !== 'object') return `${typeof given}.`;
  if (types.isProxy(given)) return 'a Proxy. Give what it stands for.';
  if (types.isAnyArrayBuffer(given)) return 'an ArrayBuffer. Give `new Uint8Array(buffer)`.';
  if (ArrayBuffer.isView(given)) {
    return 'another view of memory. Give `new Uint8Array(view.buffer, view.byteOffset, view.byteLength)`.';
  }
  if (given instanceof Blob) return 'a Blob or File. Give `new Uint8Array(await blob.arrayBuffer())`.';
  if (types.isPromise(given)) return 'a Promise. Await it first.';
  if (Symbol.asyncIterator in given) return 'a stream. Give `await buffer(stream)`, of node:stream/consumers.';
  if ('bytes' in given && 'sha256' in given) {
    return 'what looks like an image source. Give one of createImageSource of this copy of @medzoo/core, or bytes.';
  }
  return 'object.';
}
