import type { ImageView } from '../../contract/index.js';
import { imageView } from '../../contract/image/image-view.js';
import { parseOptions } from '../../contract/options/parse-options.js';

/** Throws INVALID_PARAM for what is no view, such as a frame below 0 or a window of no width; it reads no file. */
export function checkImageView(view: unknown): asserts view is ImageView {
  parseOptions(imageView, view, { code: 'INVALID_PARAM', name: 'view' });
}
