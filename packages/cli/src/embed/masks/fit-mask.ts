import { fitImage, type Geometry } from '@medzoo/core';
import type { PreprocessSpec } from '@medzoo/core/contract';
import type { Plane } from '../augmentation.js';

/**
 * A mask as the encoder sees its image: uint8 [height, width] of the encoder's input, nearest neighbour, 0 where
 * nothing lies.
 */
export function fitMask(mask: Plane, preprocess: Pick<PreprocessSpec, 'size' | 'fit'>): Uint8Array {
  const { model, content }: Geometry = fitImage(mask, preprocess);
  const fitted = new Uint8Array(model.width * model.height);
  for (let y = 0; y < content.height; y += 1) {
    const row = Math.floor(((y + 0.5) * mask.height) / content.height);
    for (let x = 0; x < content.width; x += 1) {
      const column = Math.floor(((x + 0.5) * mask.width) / content.width);
      fitted[y * model.width + x] = mask.data[row * mask.width + column]!;
    }
  }
  return fitted;
}
