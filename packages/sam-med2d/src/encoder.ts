import type { Encoder } from '@medzoo/core/contract';
import { readEncoderFile } from '@medzoo/core/model';

/**
 * SAM-Med2D's encoder at our small size, weights inside: float32 [1, 3, 256, 256] -> embedding float32 [1, 256, 16,
 * 16]. Trained on open data from an ImageNet trunk (see the package's README); every head of medzoo's own packages runs
 * on its first 192 channels. The others are a stage of the trunk, for heads of images that it was not taught.
 */
export const samMed2dTiny: Encoder = {
  id: 'sam-med2d-tiny',
  trained: readEncoderFile(new URL('../weights/model.json', import.meta.url)),
};
