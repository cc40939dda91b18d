import { float32Tensor, type PreprocessSpec, type Tensor } from '../contract/index.js';
import type { DecodedImage } from './decode-image.js';
import { fitImage } from './geometry.js';
import { resample } from './resample.js';

/** Source channels of each output channel, by what the model wants, for an RGB image. */
const ORDER = { rgb: [0, 1, 2], bgr: [2, 1, 0] } as const;

/** ITU-R BT.601 luma, Pillow's and OpenCV's grey. */
const LUMA = [0.299, 0.587, 0.114] as const;

type Pixels = Pick<DecodedImage, 'width' | 'height' | 'channels' | 'data'>;

/** Pixels to the encoder's input, float32 [1, 3 or 1, height, width], (pixel - mean) / std; letterbox padding is 0. */
export function preprocess(image: Pixels, spec: PreprocessSpec): Tensor<'float32'> {
  const { content, model } = fitImage({ width: image.width, height: image.height }, spec);
  const resized = resample(image, content, spec);
  const channels = spec.channels === 'gray' ? 1 : 3;
  const plane = model.width * model.height;
  const tensor = float32Tensor([1, channels, model.height, model.width]);

  for (let channel = 0; channel < channels; channel += 1) {
    const mean = spec.mean[channel]!;
    const std = spec.std[channel]!;
    const read = sampler(resized, image.channels, spec.channels, channel);
    for (let y = 0; y < content.height; y += 1) {
      const target = channel * plane + y * model.width;
      const source = y * content.width;
      for (let x = 0; x < content.width; x += 1) tensor.data[target + x] = (read(source + x) - mean) / std;
    }
  }
  return tensor;
}

/** Reads one channel that the model wants from pixels that have `found` channels. */
function sampler(
  pixels: Float32Array,
  found: 1 | 3,
  wanted: PreprocessSpec['channels'],
  channel: number,
): (pixel: number) => number {
  if (found === 1) return (pixel) => pixels[pixel]!;
  if (wanted === 'gray') {
    const [red, green, blue] = LUMA;
    return (pixel) => red * pixels[pixel * 3]! + green * pixels[pixel * 3 + 1]! + blue * pixels[pixel * 3 + 2]!;
  }
  const offset = ORDER[wanted][channel]!;
  return (pixel) => pixels[pixel * 3 + offset]!;
}
