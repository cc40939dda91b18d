import type { DecodedImage, PreprocessSpec, Tensor } from '../../contract/index.js';
import { fitImage } from './geometry.js';
import { resample } from './resample.js';

/**
 * What red, green and blue of an image add to each channel that the model wants. A grey image has its value in all
 * three.
 */
const MIXES = {
  rgb: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  bgr: [
    [0, 0, 1],
    [0, 1, 0],
    [1, 0, 0],
  ],
  /** ITU-R BT.601 luma, Pillow's and OpenCV's grey. */
  gray: [[0.299], [0.587], [0.114]],
} as const;

type Pixels = Pick<DecodedImage, 'width' | 'height' | 'channels' | 'data'>;

/** Pixels to the encoder's input, float32 [1, 3 or 1, height, width], (pixel - mean) / std; letterbox padding is 0. */
export function preprocess(image: Pixels, spec: PreprocessSpec): Tensor<'float32'> {
  const { content, model } = fitImage({ width: image.width, height: image.height }, spec);
  const count = spec.channels === 'gray' ? 1 : 3;
  const data = resample(image, content, spec, { ...model, count, colour: normalisedColour(spec, count) });
  return { dtype: 'float32', shape: [1, count, model.height, model.width], data };
}

/** float32 [4, 4], as `Planes` has it: (mix - mean) / std. */
function normalisedColour({ channels, mean, std }: PreprocessSpec, count: number): Float32Array {
  const colour = new Float32Array(16);
  for (let channel = 0; channel < count; channel += 1) {
    MIXES[channels].forEach((mix, source) => (colour[4 * source + channel] = mix[channel]! / std[channel]!));
    colour[12 + channel] = -mean[channel]! / std[channel]!;
  }
  return colour;
}
