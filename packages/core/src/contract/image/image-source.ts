import type { ImageView } from './image-view.js';

/**
 * The bytes of an image file, their digest, and which picture in the file is meant. `createImageSource` of @medzoo/core
 * makes one; a zoo takes it in place of bytes, and then neither copies nor hashes them again.
 */
export interface ImageSource {
  /** Nobody may change them. */
  readonly bytes: Uint8Array;
  /** Of the file, in hexadecimal. */
  readonly sha256: string;
  readonly view: ImageView;
}
