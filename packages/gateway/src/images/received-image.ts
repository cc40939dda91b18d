import type { StoredImage } from './stored-image.js';

/** An image that came with a request and is stored: a class of its own, which no JSON of a caller can look like. */
export class ReceivedImage {
  constructor(readonly image: StoredImage) {}
}
