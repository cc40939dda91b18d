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
  const { data } = tensor;
  const grey = image.channels === 3 && spec.channels === 'gray' ? toLuma(resized) : undefined;
  const samples = grey ?? resized;
  const step = grey ? 1 : image.channels;

  for (let channel = 0; channel < channels; channel += 1) {
    const mean = spec.mean[channel]!;
    const std = spec.std[channel]!;
    let source = step === 1 || spec.channels === 'gray' ? 0 : ORDER[spec.channels][channel]!;
    for (let y = 0; y < content.height; y += 1) {
      const start = channel * plane + y * model.width;
      // Not a call for each sample: that takes as long again.
      for (let target = start; target < start + content.width; target += 1, source += step) {
        data[target] = (samples[source]! - mean) / std;
      }
    }
  }
  return tensor;
}

/** float32 [pixels, 3], RGB, to float64 [pixels]. */
function toLuma(pixels: Float32Array): Float64Array {
  const [red, green, blue] = LUMA;
  const luma = new Float64Array(pixels.length / 3);
  for (let pixel = 0, source = 0; pixel < luma.length; pixel += 1, source += 3) {
    luma[pixel] = red * pixels[source]! + green * pixels[source + 1]! + blue * pixels[source + 2]!;
  }
  return luma;
}
