import { checkImageView, type ImageView, ZooError } from '@medzoo/core';
import type { StoredImage } from '../images/stored-image.js';

/** Throws INVALID_PARAM for a view that this image cannot be shown by, so that no link is made for it. */
export function checkView({ frames }: Pick<StoredImage, 'frames'>, view: ImageView = {}): void {
  checkImageView(view);
  const { frame = 0 } = view;
  if (frame < frames) return;
  const there = frames === 1 ? 'one frame, number 0' : `${frames} frames, from 0 to ${frames - 1}`;
  throw new ZooError('INVALID_PARAM', `There is no frame ${frame} in this image: it has ${there}.`, {
    details: { param: 'frame', frames },
  });
}
