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
  if (Array.isArray(given)) return 'an array. Give `Uint8Array.from(array)`.';
  if ('arrayBuffer' in given) {
    return 'a Request, a Response or the like. Give `new Uint8Array(await request.arrayBuffer())`.';
  }
  if (types.isPromise(given)) return 'a Promise. Await it first.';
  if (Symbol.asyncIterator in given) return 'a stream. Give `await buffer(stream)`, of node:stream/consumers.';
  if ('bytes' in given && 'sha256' in given) {
    return 'what looks like an image source. Give one of createImageSource of this copy of @medzoo/core, or bytes.';
  }
  if ('buffer' in given && types.isUint8Array(given.buffer)) {
    return 'an upload that holds its bytes, as those of multer. Give its `buffer`.';
  }
  if ('type' in given && given.type === 'Buffer' && 'data' in given) {
    return 'a Buffer that was JSON. Give `Buffer.from(it.data)`.';
  }
  return 'object.';
}
