import type { Rle } from '@medzoo/core';

/** An image as it is shown to a head, and how the masks of its file follow. */
export interface ChangedImage {
  /** The bytes of a file. */
  readonly image: Uint8Array;
  /** A mask of the image as it was, of the image as it is now. */
  readonly moveMask: (mask: Rle) => Rle;
}

/** Changes an image before a head sees it. */
export type ChangeImage = (image: Uint8Array) => Promise<ChangedImage>;

/** Shows the image as it lies in the set. */
export const keepImage: ChangeImage = (image) => Promise.resolve({ image, moveMask: (mask) => mask });
